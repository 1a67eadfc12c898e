"""Customers and weekly reports in the CRM, for colleagues who do not code."""
