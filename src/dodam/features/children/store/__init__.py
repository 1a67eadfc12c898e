"""Statements of the children feature."""
