"""A newcomer, who adds a game that nobody has heard of, and sees it played."""
