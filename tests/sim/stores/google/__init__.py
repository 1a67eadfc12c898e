"""The simulated Google Play."""
