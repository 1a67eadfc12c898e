"""Statements of live settings."""
