"""Words of billing."""
