"""Posting to addresses that others chose, which must lead out of our network.

A name is resolved here, every address it has is looked at, and the connection goes to one that was
looked at: what the name leads to a moment later does not matter (DNS rebinding). The certificate is
still checked against the name. Redirects are not followed.
"""

import asyncio
import ssl
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address
from socket import SOCK_STREAM

import httpx

from dodam.adapters.calls import outside_call
from dodam.adapters.outside import outcome_of, retry_after
from dodam.features.sharing.models.addresses import may_be_reached
from dodam.features.sharing.models.deliveries import Answer

_SECONDS = 10.0
_MOST_BYTES = 16 * 1024
_MOST_ADDRESSES = 3
_USER_AGENT = "dodam-webhooks/1"


class ForbiddenAddress(Exception):
    """The address is in our network."""


class HttpWebhooks:
    """With `loopback`, this machine may be posted to as well, as in development."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post once, for ten seconds at most; the reason of a failure names no address."""
        with outside_call("webhooks", "POST") as call:
            sent = {"user-agent": _USER_AGENT, **call.headers, **headers}
            answer = await self._post(url, sent, body)
            call.status, call.reason = answer.status, answer.reason
            if answer.status is not None:
                call.outcome = outcome_of(answer.status)
        return answer

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        answer = None
        transport = _Pinned(loopback=self._loopback)
        try:
            async with (
                asyncio.timeout(_SECONDS),
                httpx.AsyncClient(transport=transport, timeout=_SECONDS, trust_env=False) as http,
                http.stream("POST", url, headers=headers, content=body) as response,
            ):
                answer = Answer(response.status_code, retry_after=retry_after(response))
                await _hear_out(response)
        except (ForbiddenAddress, httpx.InvalidURL):
            return Answer(None, "forbidden_address")
        except (httpx.TimeoutException, TimeoutError):
            return answer or Answer(None, "timed_out")
        except (httpx.ConnectError, OSError) as error:
            return answer or Answer(None, "tls" if _is_of_tls(error) else "unreachable")
        except httpx.HTTPError:
            return answer or Answer(None, "broken_off")
        return answer


async def _hear_out(response: httpx.Response) -> None:
    """Let the other side finish; what it says is of no use, and may have no end."""
    heard = 0
    async for part in response.aiter_raw():
        heard += len(part)
        if heard > _MOST_BYTES:
            return


class _Pinned(httpx.AsyncBaseTransport):
    """Connects to the addresses it has looked at, one after the other."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback
        self._direct = httpx.AsyncHTTPTransport(verify=_tls(), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        addresses = await self._addresses(host)
        for address in addresses[:-1]:
            try:
                return await self._direct.handle_async_request(_to(request, address))
            except httpx.ConnectError:
                continue
        return await self._direct.handle_async_request(_to(request, addresses[-1]))

    async def aclose(self) -> None:
        await self._direct.aclose()

    async def _addresses(self, host: str) -> list[str]:
        """Raises ForbiddenAddress if any of them is not to be reached, and OSError for none."""
        addresses = await resolve(host)
        if not all(may_be_reached(each, loopback=self._loopback) for each in addresses):
            raise ForbiddenAddress
        return addresses[:_MOST_ADDRESSES]


def _to(request: httpx.Request, address: str) -> httpx.Request:
    """The same request, to an address; `host` and the certificate's name stay."""
    extensions = dict(request.extensions)
    if not _is_address(request.url.host):
        # https://www.python-httpx.org/advanced/extensions/#sni_hostname
        extensions["sni_hostname"] = request.url.host
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions=extensions,
    )


async def resolve(host: str) -> list[str]:
    """Every address of a name, in the order in which they are to be tried."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=SOCK_STREAM)
    # An address of one network only is followed by that network's name: `fe80::1%eth0`.
    return list(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))


def _is_of_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()
