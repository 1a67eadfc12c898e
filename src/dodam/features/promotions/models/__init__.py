"""Words of promotions."""
