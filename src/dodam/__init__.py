"""dodam: a backend for games that train children's hands."""
