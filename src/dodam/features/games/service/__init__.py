"""Use cases of mini-games."""
