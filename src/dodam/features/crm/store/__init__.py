"""Statements of the CRM feature."""
