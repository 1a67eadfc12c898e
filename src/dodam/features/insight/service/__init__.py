"""What the insight feature does."""
