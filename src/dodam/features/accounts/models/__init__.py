"""Words of the accounts feature."""
