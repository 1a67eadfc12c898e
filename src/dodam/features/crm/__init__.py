"""Customers, for colleagues who do not code: what Notion was told of whom."""
