"""Use cases of the CRM feature."""
