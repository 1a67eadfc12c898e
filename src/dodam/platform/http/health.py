"""Whether the process lives, and whether it can serve."""

from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from dodam.platform.database import Database
from dodam.platform.http.access import PUBLIC


class Health(Struct, frozen=True):
    status: str


@get("/health/live", opt=PUBLIC, tags=["health"], security=[{}], summary="The process lives")
async def live() -> Health:
    return Health("ok")


@get(
    "/health/ready",
    opt=PUBLIC,
    tags=["health"],
    security=[{}],
    summary="The process can serve",
)
async def ready(db: NamedDependency[Database]) -> Response[Health]:
    """200 when the database answers, else 503 and `unavailable`."""
    if await db.is_ready():
        return Response(Health("ok"), status_code=200)
    return Response(Health("unavailable"), status_code=503)
