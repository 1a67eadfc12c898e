"""Nothing of a person and no secret is written down."""
