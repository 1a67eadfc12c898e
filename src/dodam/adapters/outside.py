"""The way out to other services over HTTP."""

from functools import cache
from ssl import SSLContext

import httpx

_SECONDS = 8.0


def outside_http() -> httpx.AsyncClient:
    """A client for the call at hand, which is to be made within its scope.

    Calls are so far apart that a connection kept open would be closed before the next.
    """
    return httpx.AsyncClient(timeout=_SECONDS, verify=_tls())


@cache
def _tls() -> SSLContext:
    return httpx.create_ssl_context()
