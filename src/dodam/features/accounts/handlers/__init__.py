"""The accounts feature's reactions to events."""
