"""Use cases of live settings."""
