"""Simulated sign-in providers, which speak the protocols of Google and Apple."""
