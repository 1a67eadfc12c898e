"""Words of the reports feature: a printable document, its charts, and what the report tells."""
