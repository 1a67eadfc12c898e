"""Subscriptions of both stores: what was paid, who may play for it, and on what grounds."""
