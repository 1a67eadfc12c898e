"""Statements on accounts and what belongs to them."""
