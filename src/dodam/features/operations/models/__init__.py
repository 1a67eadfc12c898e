"""Words of operations."""
