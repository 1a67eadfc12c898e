"""Words of content."""
