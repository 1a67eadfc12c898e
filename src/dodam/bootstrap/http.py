"""The HTTP face of the system: every feature's routes, and what each request is handed."""

from collections.abc import Mapping
from logging import getLevelNamesMapping

from litestar import Litestar, Router
from litestar.di import Provide

from dodam.platform.assembly import Assembly
from dodam.platform.errors import Unexpected
from dodam.platform.http.access import AccessGuard, current_caller
from dodam.platform.http.dependencies import Given, hand_over_in_turn
from dodam.platform.http.docs_pages import static_router
from dodam.platform.http.health import live, ready, started
from dodam.platform.http.openapi import openapi_config
from dodam.platform.http.origin import request_origin
from dodam.platform.http.problems import exception_handlers
from dodam.platform.http.request_log import RequestLog
from dodam.platform.settings import Settings

MOST_BODY_BYTES = 10_000_000


def application(
    assembly: Assembly, guard: AccessGuard, unexpected: Unexpected, settings: Settings
) -> Litestar:
    services: Mapping[str, object] = {"db": assembly.database, **assembly.services}
    app = Litestar(
        [
            Router("/v1", route_handlers=assembly.routes),
            *assembly.pages,
            live,
            started,
            ready,
            static_router(),
        ],
        dependencies={
            **{name: Given(service) for name, service in services.items()},
            **{
                name: Provide(provider, sync_to_thread=False)
                for name, provider in assembly.providers.items()
            },
            "caller": Provide(current_caller, sync_to_thread=False),
            "origin": Provide(request_origin, sync_to_thread=False),
        },
        guards=[guard],
        exception_handlers=exception_handlers(unexpected),
        request_max_body_size=MOST_BODY_BYTES,
        openapi_config=openapi_config(assembly.bodies),
        logging_config=None,
    )
    hand_over_in_turn(app)
    # Litestar's own middlewares see no request that finds no route.
    app.asgi_handler = RequestLog(
        app.asgi_handler, assembly.log, assembly.clock, unexpected, least=_least(settings)
    )
    return app


def _least(settings: Settings) -> int | None:
    """The lowest importance of requests that are logged; none: no request is."""
    return getLevelNamesMapping()[settings.log_level.upper()] if settings.log_requests else None
