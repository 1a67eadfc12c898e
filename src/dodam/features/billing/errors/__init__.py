"""What can go wrong with payments."""
