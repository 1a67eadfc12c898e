"""What paths and queries of live settings name."""

from typing import Annotated
from uuid import UUID

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from dodam.features.children.models.children import EXAMPLE_CHILD_ID

ChildId = Annotated[UUID, PathParameter(examples=[Example("A demo child", value=EXAMPLE_CHILD_ID)])]
DeviceId = Annotated[
    UUID | None,
    QueryParameter(
        name="device_id",
        description="The device that is played on, as it is registered under `/v1/devices`;"
        " without it no rule fits that asks for a platform, a version or a profile.",
        examples=[Example("A tablet", value="0b0e7a3e-6c3e-4f0a-9a39-5c8f2d1b7e10")],
    ),
]
NamespaceName = Annotated[
    str,
    PathParameter(
        pattern=r"^[a-z][a-z0-9_.]{1,59}\Z",
        examples=[Example("What levels mean", value="difficulty")],
    ),
]
VersionNumber = Annotated[
    int, PathParameter(ge=1, le=2_147_483_647, examples=[Example("The first", value=1)])
]
