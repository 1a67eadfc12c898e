"""What billing does about facts."""
