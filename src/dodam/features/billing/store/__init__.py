"""Statements of billing."""
