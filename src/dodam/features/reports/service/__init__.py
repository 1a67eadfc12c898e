"""The use cases of the reports feature."""
