"""Use cases of the sharing feature."""
