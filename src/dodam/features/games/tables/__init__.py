"""Tables of mini-games."""
