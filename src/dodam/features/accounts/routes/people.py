"""The account a route of the staff is about."""

from typing import Annotated
from uuid import UUID

from litestar.openapi.spec import Example
from litestar.params import PathParameter

AccountId = Annotated[
    UUID,
    PathParameter(
        description="An account's id.",
        examples=[Example("An account", value="01900000-0000-7000-8000-0000000000cc")],
    ),
]
