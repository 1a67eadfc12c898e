"""Who did what, to what, when: an append-only trail that every other feature writes to."""
