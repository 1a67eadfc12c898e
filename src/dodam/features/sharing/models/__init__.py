"""Words of the sharing feature."""
