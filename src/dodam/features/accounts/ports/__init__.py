"""What the accounts feature needs of the world outside."""
