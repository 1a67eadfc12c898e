"""Statements of content."""
