"""The product, by what it is about."""
