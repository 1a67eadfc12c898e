"""Words of mini-games."""
