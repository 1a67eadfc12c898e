"""Statements of the therapy feature."""
