"""Words of the children feature."""
