"""N04: customers and reports in the CRM."""
