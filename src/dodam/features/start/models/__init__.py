"""Words of the start of a client."""
