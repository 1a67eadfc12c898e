"""Keeping what is a person's, or a secret, out of everything that is written down."""
