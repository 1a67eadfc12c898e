"""Tables of billing."""

SCHEMA = "billing"
