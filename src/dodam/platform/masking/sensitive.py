"""How a field of a struct says that it is a person's, or a secret."""


class Sensitive:
    """`Annotated[str, Sensitive]`: a value that is masked wherever its struct is written down."""
