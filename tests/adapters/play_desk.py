"""Google as far as its play desk goes: access tokens, purchases, orders, Pub/Sub; it has no life.

And dodam's side of it.
"""

import base64
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import msgspec
from joserfc import jwt
from joserfc.jwk import RSAKey

from dodam.bootstrap.outside import google_play
from dodam.features.billing.ports import GooglePlay
from dodam.platform.settings import Settings
from dodam_sim.providers.google import Google
from dodam_sim.serving import Message, Receive, Send, Service, serving
from tests.clock import StoppedClock

PACKAGE = "kr.example.dodam"
AUDIENCE = "https://api.dodam.example/v1/stores/google/notifications"
SENDER = "play-push@dodam.iam.gserviceaccount.com"
QUEUE = "projects/dodam/subscriptions/play"

_APP = f"/androidpublisher/v3/applications/{PACKAGE}"
_PURCHASE = re.compile(rf"{_APP}/purchases/subscriptionsv2/tokens/(?P<token>[^/:]+)(:(?P<do>\w+))?")
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_TOKEN = "ya29.access"


@dataclass(frozen=True)
class Asked:
    """A request as it came; `path` is still encoded."""

    method: str
    path: str
    params: dict[str, list[str]]
    body: Any


class PlayDesk(Service):
    """Answers with what it was given.

    By the ends of paths, `refuses` are a status and Google's word, and `answers` the very bytes.
    """

    def __init__(self) -> None:
        super().__init__(self._serve)
        self.purchases: dict[str, dict[str, Any]] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.voided: list[dict[str, Any]] = []
        self.waiting: list[dict[str, Any]] = []
        self.refuses: dict[str, tuple[int, str]] = {}
        self.answers: dict[str, bytes] = {}
        self.asked: list[Asked] = []
        self.tokens_given = 0
        self.token_life = 3600

    def asked_for(self, path_end: str) -> list[Asked]:
        return [each for each in self.asked if each.path.endswith(path_end)]

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        path = scope["raw_path"].decode()
        status, answer = self._answer(scope, path, body)
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, scope: Message, path: str, body: bytes) -> tuple[int, bytes]:
        if path == "/token":
            return self._give_token(body)
        headers = dict(scope["headers"])
        params = parse_qs(scope["query_string"].decode())
        self.asked.append(
            Asked(scope["method"], path, params, msgspec.json.decode(body) if body else None)
        )
        if headers.get(b"authorization") != f"Bearer {_TOKEN}".encode():
            return _failure(401, "authError")
        for end, (status, word) in self.refuses.items():
            if path.endswith(end):
                return _failure(status, word)
        for end, answer in self.answers.items():
            if path.endswith(end):
                return 200, answer
        return self._publisher(path, params)

    def _give_token(self, form: bytes) -> tuple[int, bytes]:
        asked = {name: values[0] for name, values in parse_qs(form.decode()).items()}
        claims = jwt.decode(asked["assertion"], _account_key(), algorithms=["RS256"]).claims
        if "token" in self.refuses:
            status, word = self.refuses["token"]
            return status, msgspec.json.encode({"error": word})
        assert asked["grant_type"] == _GRANT
        assert claims["aud"].endswith("/token")
        assert "androidpublisher" in claims["scope"]
        assert "pubsub" in claims["scope"]
        self.tokens_given += 1
        return 200, msgspec.json.encode({"access_token": _TOKEN, "expires_in": self.token_life})

    def _publisher(self, path: str, params: dict[str, list[str]]) -> tuple[int, bytes]:
        match path.removeprefix(_APP):
            case "/orders:batchGet":
                return self._batch(params["orderIds"])
            case "/purchases/voidedpurchases":
                return self._voided_page(int(params.get("token", ["0"])[0]))
            case _ if path == f"/v1/{QUEUE}:pull":
                return _json({"receivedMessages": self.waiting} if self.waiting else {})
            case _ if found := _PURCHASE.fullmatch(path):
                return self._purchase(unquote(found["token"]), found["do"])
            case _:
                return 200, b""

    def _batch(self, ids: list[str]) -> tuple[int, bytes]:
        if not set(ids) <= self.orders.keys():
            return _failure(404, "orderNotFound")
        return _json({"orders": [self.orders[each] for each in ids]})

    def _purchase(self, token: str, do: str | None) -> tuple[int, bytes]:
        purchase = self.purchases.get(token)
        if purchase is None:
            return _failure(404, "purchaseTokenNotFound")
        if do == "defer":
            return _json({"itemExpiryTimeDetails": purchase["lineItems"]})
        return _json({} if do else purchase)

    def _voided_page(self, page: int) -> tuple[int, bytes]:
        answer: dict[str, Any] = {"voidedPurchases": self.voided[page : page + 1]}
        if page + 1 < len(self.voided):
            answer["tokenPagination"] = {"nextPageToken": str(page + 1)}
        return _json(answer)


@dataclass
class Play:
    """dodam's side, what it talks to, and who signs pushes."""

    store: GooglePlay
    desk: PlayDesk
    google: Google
    clock: StoppedClock

    def signed(self, **changes: object) -> str:
        """The header of a push; `changes` forge claims."""
        now = int(self.clock.now().timestamp())
        claims: dict[str, object] = {
            "iss": "https://accounts.google.com",
            "aud": AUDIENCE,
            "azp": "113774264463038321964",
            "sub": "113774264463038321964",
            "email": SENDER,
            "email_verified": True,
            "iat": now,
            "exp": now + 3600,
            **changes,
        }
        return f"Bearer {self.google.keys.sign(claims)}"


@asynccontextmanager
async def open_play(clock: StoppedClock, folder: Path, **settings: Any) -> AsyncGenerator[Play]:
    desk, google = PlayDesk(), _google(clock)
    async with serving(desk) as url, serving(google) as keys_url:
        key_file = folder / "play.json"
        key_file.write_bytes(service_account(f"{url}/token"))
        set_up: dict[str, Any] = {
            "play_package_name": PACKAGE,
            "play_service_account_file": key_file,
            "play_url": url,
            "play_push_audience": AUDIENCE,
            "play_push_email": SENDER,
            "play_pubsub_subscription": QUEUE,
            "pubsub_url": url,
            "google_keys_url": f"{keys_url}/oauth2/v3/certs",
            **settings,
        }
        store = google_play(Settings(data_dir=folder, **set_up), clock)
        assert store is not None
        yield Play(store, desk, google, clock)


def service_account(token_uri: str) -> bytes:
    """A key file as Google hands it out."""
    return msgspec.json.encode(
        {
            "type": "service_account",
            "client_email": "dodam@dodam.iam.gserviceaccount.com",
            "private_key_id": "1",
            "private_key": _account_key().as_pem(private=True).decode(),
            "token_uri": token_uri,
        }
    )


def pushed(said: object, message_id: str = "136969346945") -> bytes:
    """The body of a push that brings a DeveloperNotification, or any bytes."""
    data = said if isinstance(said, bytes) else msgspec.json.encode(said)
    message: dict[str, Any] = {
        "data": base64.b64encode(data).decode(),
        "messageId": message_id,
        "attributes": {},
    }
    return msgspec.json.encode({"message": message, "subscription": QUEUE})


def _failure(status: int, word: str) -> tuple[int, bytes]:
    error = {"code": status, "message": "No.", "errors": [{"domain": "global", "reason": word}]}
    return status, msgspec.json.encode({"error": error})


def _json(answer: object) -> tuple[int, bytes]:
    return 200, msgspec.json.encode(answer)


@cache
def _google(clock: StoppedClock) -> Google:
    return Google(clock.now)


@cache
def _account_key() -> RSAKey:
    return RSAKey.generate_key(2048)
