"""Discord, as far as webhooks."""
