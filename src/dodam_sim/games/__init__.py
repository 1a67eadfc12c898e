"""Mini-games as any tablet meets them: results by their schema, and what they must add up to."""
