"""What the paths of games name."""

from typing import Annotated
from uuid import UUID

from litestar.openapi.spec import Example
from litestar.params import PathParameter

from dodam.features.children.models.children import EXAMPLE_CHILD_ID

ChildId = Annotated[UUID, PathParameter(examples=[Example("A demo child", value=EXAMPLE_CHILD_ID)])]
GameId = Annotated[
    str,
    PathParameter(
        # `/staff/games/order` is another address.
        pattern=r"^(?!order\Z)[a-z][a-z0-9_]{1,39}\Z",
        description="A game's id; none is `order`.",
        examples=[Example("Brushing teeth", value="brushing")],
    ),
]
