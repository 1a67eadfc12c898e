"""Whether the process lives, and whether it can serve."""

from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from dodam.platform.http.access import PUBLIC
from dodam.platform.readiness import Readiness, ReadinessCheck


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
async def ready(readiness: NamedDependency[ReadinessCheck]) -> Response[Readiness]:
    """200 when the database answers, else 503 and `unavailable`.

    Nothing else is a reason not to serve: what is not well is named in `degraded`. The answer is
    up to ten seconds old.
    """
    found = await readiness()
    return Response(found, status_code=503 if found.status == "unavailable" else 200)
