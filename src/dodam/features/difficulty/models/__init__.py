"""Words of difficulty."""
