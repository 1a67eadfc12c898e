"""Behaviour events."""
