"""Many clients of one family at one game at the same moment, while a server is killed."""
