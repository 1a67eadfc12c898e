"""The use cases of therapy: plans, uploads of plays, and progress."""
