"""Use cases of content."""
