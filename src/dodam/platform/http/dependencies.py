"""How what a handler asks for is handed to it."""

from litestar import Litestar
from litestar.routes import HTTPRoute


def hand_over_in_turn(app: Litestar) -> None:
    """Resolve a handler's dependencies one after the other.

    Litestar starts a task for each of those that do not need each other. Ours are made already
    and wait for nothing: the tasks took a third of a small request's time.
    """
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for _, wanted in route.route_handler_map.values():
                wanted.dependency_batches = [
                    {dependency} for batch in wanted.dependency_batches for dependency in batch
                ]
