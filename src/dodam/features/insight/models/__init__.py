"""The words of behaviour events."""
