"""Whether the process lives, whether it has started, and whether it can serve."""

from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from dodam.platform.http.access import PUBLIC
from dodam.platform.readiness import Readiness, ReadinessCheck, Start


class Health(Struct, frozen=True):
    """`ok`, or `starting`, and then `reasons` name what is missing."""

    status: str
    reasons: list[str] = []


@get("/health/live", opt=PUBLIC, tags=["health"], security=[{}], summary="The process lives")
async def live() -> Health:
    """200 while its event loop turns: one that does not answer is to be started anew.

    Nothing outside of it is a reason for that, and neither is its stopping.
    """
    return Health("ok")


@get(
    "/health/start",
    opt=PUBLIC,
    tags=["health"],
    security=[{}],
    summary="The process has started",
)
async def started(start: NamedDependency[Start]) -> Response[Health]:
    """200 once there is all that it needs; until then 503, and what is missing.

    That is a `database`, in it the `schema` of this release or a newer one, and its `catalogue`.
    """
    missing = await start.missing()
    found = Health("starting", missing) if missing else Health("ok")
    return Response(found, status_code=503 if missing else 200)


@get(
    "/health/ready",
    opt=PUBLIC,
    tags=["health"],
    security=[{}],
    summary="The process can serve",
)
async def ready(readiness: NamedDependency[ReadinessCheck]) -> Response[Readiness]:
    """200 when it has started, the database answers and nobody asked it to stop; else 503.

    Nothing else is a reason not to serve: what is not well is named in `degraded`. The answer is
    up to ten seconds old, but that it stops is said at once.
    """
    found = await readiness()
    return Response(found, status_code=503 if found.reasons else 200)
