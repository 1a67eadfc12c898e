"""People who call the API of a running server: staff and families, and how to reach it."""
