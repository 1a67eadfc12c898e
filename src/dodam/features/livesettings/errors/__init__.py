"""What can go wrong with live settings."""
