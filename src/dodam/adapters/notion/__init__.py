"""Notion: pages of customers and of weekly reports."""
