"""The use cases of the difficulty feature: levels, and decisions on them."""
