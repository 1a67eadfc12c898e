"""Use cases of promotions."""
