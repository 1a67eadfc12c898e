"""How what a handler asks for is handed to it."""

from litestar import Litestar
from litestar.di import Provide
from litestar.routes import HTTPRoute


class Given(Provide):
    """Hands over what is made already.

    Litestar holds each provider of each handler against all others, so that none has two names.
    Ours are told apart by being others, without a line of Python, two million times: that takes
    a quarter off the time to build the system.
    """

    __eq__ = object.__eq__  # pyright: ignore[reportAssignmentType]
    __hash__ = object.__hash__  # pyright: ignore[reportAssignmentType]

    def __init__(self, service: object) -> None:
        super().__init__(lambda: service, sync_to_thread=False)


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
