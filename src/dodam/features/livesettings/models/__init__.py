"""Words of live settings."""
