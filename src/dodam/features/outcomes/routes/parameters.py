"""What questions about results are made of."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from dodam.features.children.models.children import EXAMPLE_CHILD_ID

ChildId = Annotated[UUID, PathParameter(examples=[Example("A demo child", value=EXAMPLE_CHILD_ID)])]
From = Annotated[date | None, QueryParameter(name="from", description="First day, included.")]
To = Annotated[
    date | None,
    QueryParameter(name="to", description="Last day, included; at most 366 days from the first."),
]
Weeks = Annotated[
    int,
    QueryParameter(ge=1, le=52, description="ISO weeks, the one that is under way included."),
]
