"""The HTTP face of the system: every feature's routes, and what each request is handed."""

from logging import getLevelNamesMapping

from litestar import Litestar
from litestar.di import Provide

from dodam.platform.assembly import Assembly
from dodam.platform.errors import Unexpected
from dodam.platform.http.access import AccessGuard, current_caller
from dodam.platform.http.dependencies import asked_for, given, hand_over_in_turn, offered
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
    providers = {
        **{
            name: Provide(provider, sync_to_thread=False)
            for name, provider in assembly.providers.items()
        },
        "caller": Provide(current_caller, sync_to_thread=False),
        "origin": Provide(request_origin, sync_to_thread=False),
    }
    services = {name: given(service) for name, service in assembly.services.items()}
    services["db"] = given(assembly.database)
    health = (live, started, ready)
    for_all = asked_for(*providers.values(), *health) & services.keys()
    providers |= {name: services.pop(name) for name in for_all}
    app = Litestar(
        [
            *(offered(each, services, under="/v1") for each in assembly.routes),
            *(offered(each, services) for each in assembly.pages),
            *health,
            static_router(),
        ],
        dependencies=providers,
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
