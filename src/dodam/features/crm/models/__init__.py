"""Words of the CRM feature."""
