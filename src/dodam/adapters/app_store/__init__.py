"""Apple's App Store: what it signs, and its server API."""
