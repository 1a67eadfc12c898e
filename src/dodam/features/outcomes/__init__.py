"""How well a child plays, how that changes, what dose it gets; compared with itself only."""
