"""Statements of mini-games."""
