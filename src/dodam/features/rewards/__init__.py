"""Therapy tickets: what children earn by their therapy, and spend on mini-games."""
