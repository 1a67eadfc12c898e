"""What can go wrong with mini-games."""
