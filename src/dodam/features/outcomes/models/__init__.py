"""Words of results, and the rules by which they are computed."""
