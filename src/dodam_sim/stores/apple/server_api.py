"""The App Store Server API over HTTP, of production and of the sandbox.

https://developer.apple.com/documentation/appstoreserverapi
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from litestar import Litestar, Request, Response, Router, get, post, put
from litestar.params import FromPath

from dodam_sim.stores.apple.answers import Answers
from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.changes import Changes
from dodam_sim.stores.apple.door import Door
from dodam_sim.stores.apple.notification_history import Notifications
from dodam_sim.stores.apple.refusals import Refusal, Refused
from dodam_sim.stores.apple.saying import Said, Sign
from dodam_sim.stores.apple.store import AppStore

AnyRequest: TypeAlias = Request[Any, Any, Any]
_FLAGS: Mapping[str, bool | None] = {"": None, "true": True, "false": False}
_SORTS: Mapping[str, bool] = {"": False, "ASCENDING": False, "DESCENDING": True}

SANDBOX_PATH = "/sandbox"


def server_api(store: AppStore, sign: Sign, door: Door) -> Litestar:
    """Production at the root, the sandbox at SANDBOX_PATH; the real ones have their own hosts."""
    production = _Api(store, sign, door, Environment.PRODUCTION)
    sandbox = _Api(store, sign, door, Environment.SANDBOX)
    routers = [production.router("/"), sandbox.router(SANDBOX_PATH)]
    return Litestar(routers, openapi_config=None, logging_config=None)


class _Api:
    def __init__(self, store: AppStore, sign: Sign, door: Door, environment: Environment) -> None:
        self._store = store
        self._door = door
        self._answers = Answers(store, environment, sign)
        self._notifications = Notifications(store, environment, sign)
        self._changes = Changes(store, environment, self._answers)

    def router(self, path: str) -> Router:
        return Router(path, route_handlers=[*self._reading(), *self._doing()])

    def _reading(self) -> list[Any]:
        answers, notifications = self._answers, self._notifications

        @get("/inApps/v1/subscriptions/{id_:str}")
        async def statuses(request: AnyRequest, id_: FromPath[str]) -> Response[Any]:
            wanted = request.query_params.getall("status", [])
            return self._answer(request, lambda: answers.statuses(id_, wanted))

        @get("/inApps/v2/history/{id_:str}")
        async def history(request: AnyRequest, id_: FromPath[str]) -> Response[Any]:
            return self._answer(request, lambda: self._history(request, id_))

        @get("/inApps/v1/transactions/{id_:str}")
        async def transaction(request: AnyRequest, id_: FromPath[str]) -> Response[Any]:
            return self._answer(request, lambda: answers.transaction(id_))

        @get("/inApps/v2/refund/lookup/{id_:str}")
        async def refunds(request: AnyRequest, id_: FromPath[str]) -> Response[Any]:
            revision = request.query_params.get("revision")
            return self._answer(request, lambda: answers.refunds(id_, revision))

        @post("/inApps/v1/notifications/history", status_code=200)
        async def notification_history(request: AnyRequest) -> Response[Any]:
            body, token = await request.body(), request.query_params.get("paginationToken")
            return self._answer(request, lambda: notifications.history(body, token))

        @post("/inApps/v1/notifications/test", status_code=200)
        async def request_test(request: AnyRequest) -> Response[Any]:
            return self._answer(request, notifications.request_test)

        @get("/inApps/v1/notifications/test/{token:str}")
        async def test(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
            return self._answer(request, lambda: notifications.test(token))

        return [statuses, history, transaction, refunds, notification_history, request_test, test]

    def _doing(self) -> list[Any]:
        changes = self._changes

        @put("/inApps/v1/subscriptions/extend/{id_:str}")
        async def extend(request: AnyRequest, id_: FromPath[str]) -> Response[Any]:
            body = await request.body()
            return self._answer(request, lambda: changes.extend(id_, body))

        @post("/inApps/v1/subscriptions/extend/mass", status_code=200)
        async def extend_all(request: AnyRequest) -> Response[Any]:
            body = await request.body()
            return self._answer(request, lambda: changes.extend_all(body))

        @get("/inApps/v1/subscriptions/extend/mass/{product_id:str}/{id_:str}")
        async def extension_of_all(
            request: AnyRequest, product_id: FromPath[str], id_: FromPath[str]
        ) -> Response[Any]:
            return self._answer(request, lambda: changes.extension_of_all(product_id, id_))

        @put("/inApps/v2/transactions/consumption/{id_:str}", status_code=202)
        async def consumption(request: AnyRequest, id_: FromPath[str]) -> Response[Any]:
            body = await request.body()
            return self._answer(request, lambda: changes.take_consumption(id_, body))

        return [extend, extend_all, extension_of_all, consumption]

    def _history(self, request: AnyRequest, id_: str) -> Said:
        query = request.query_params
        sort, revoked = query.get("sort", ""), query.get("revoked", "").lower()
        if sort not in _SORTS:
            raise Refused(Refusal.INVALID_SORT)
        if revoked not in _FLAGS:
            raise Refused(Refusal.INVALID_REVOKED)
        return self._answers.history(
            id_,
            revision=query.get("revision"),
            newest_first=_SORTS[sort],
            revoked=_FLAGS[revoked],
        )

    def _answer(self, request: AnyRequest, ask: Callable[[], Said | None]) -> Response[Any]:
        """The store's answer as of now."""
        if not self._door.lets_in(request.headers.get("authorization", "")):
            return Response("Unauthenticated\n", status_code=401, media_type="text/plain")
        if (retry_after := self._door.too_many()) is not None:
            return _refusal(Refusal.RATE_LIMIT_EXCEEDED, {"retry-after": retry_after})
        self._store.advance()
        try:
            answer = ask()
        except Refused as refused:
            return _refusal(refused.refusal)
        return Response(answer if answer is not None else b"")


def _refusal(refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response[Any]:
    said = {"errorCode": refusal.code, "errorMessage": refusal.message}
    return Response(said, status_code=refusal.status, headers=headers)
