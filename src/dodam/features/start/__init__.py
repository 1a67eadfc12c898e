"""Everything a client needs when it starts, in one answer."""
