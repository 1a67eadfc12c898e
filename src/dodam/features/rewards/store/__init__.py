"""Statements on tickets."""
