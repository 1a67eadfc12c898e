"""The outside services, each spoken to in one module."""
