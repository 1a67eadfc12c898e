"""Statements of the sharing feature."""
