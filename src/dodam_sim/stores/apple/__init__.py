"""Apple's App Store, simulated."""
