"""Words of the therapy feature: what is planned, what was played, and what came of it."""
