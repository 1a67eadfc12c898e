"""What is believed of a request because a trusted proxy passes it on."""

from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

FROM_TRUSTED_PROXY = "from_trusted_proxy"


class TrustedProxies(ProxyHeadersMiddleware):
    """uvicorn's, which also notes in the request's state whether a trusted proxy passes it on.

    Afterwards nobody can tell: the proxy's address is replaced by its client's.
    """

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] == "http":
            host = scope["client"][0] if scope["client"] else None
            scope["state"] = {
                **scope.get("state", {}),
                FROM_TRUSTED_PROXY: host in self.trusted_hosts,
            }
        await super().__call__(scope, receive, send)
