"""Therapy: a child's plan, the plays that come in, and what came of them."""
