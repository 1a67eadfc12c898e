"""Mini-games as data: definitions, locks and limits, results, and what games save."""
