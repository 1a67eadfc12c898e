"""Statements on promotions."""
