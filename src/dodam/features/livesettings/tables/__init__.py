"""The tables of live settings and patch notes."""
