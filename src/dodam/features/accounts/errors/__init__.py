"""What can go wrong with an account."""
