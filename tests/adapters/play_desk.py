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
from dodam_sim.serving import Message, Receive, Send, Service, Trouble, serving
from tests.clock import NOON, StoppedClock

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
    By its token, `changes` is what a purchase becomes once it was looked at.
    """

    def __init__(self) -> None:
        super().__init__(self._serve)
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.trouble = Trouble.NONE
        self.purchases: dict[str, dict[str, Any]] = {}
        self.changes: dict[str, dict[str, Any]] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.voided: list[dict[str, Any]] = []
        self.waiting: list[dict[str, Any]] = []
        self.refuses: dict[str, tuple[int, str]] = {}
        self.answers: dict[str, bytes] = {}
        self.refuses_token: tuple[int, str] | None = None
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
        asked = Asked(scope["method"], path, params, msgspec.json.decode(body) if body else None)
        self.asked.append(asked)
        if headers.get(b"authorization") != f"Bearer {_TOKEN}".encode():
            return _failure(401, "authError")
        for end, (status, word) in self.refuses.items():
            if path.endswith(end):
                return _failure(status, word)
        for end, answer in self.answers.items():
            if path.endswith(end):
                return 200, answer
        return self._publisher(asked)

    def _give_token(self, form: bytes) -> tuple[int, bytes]:
        asked = {name: values[0] for name, values in parse_qs(form.decode()).items()}
        claims = jwt.decode(asked["assertion"], _account_key(), algorithms=["RS256"]).claims
        if self.refuses_token is not None:
            status, word = self.refuses_token
            return status, msgspec.json.encode({"error": word})
        assert asked["grant_type"] == _GRANT
        assert claims["aud"].endswith("/token")
        assert "androidpublisher" in claims["scope"]
        assert "pubsub" in claims["scope"]
        self.tokens_given += 1
        return 200, msgspec.json.encode({"access_token": _TOKEN, "expires_in": self.token_life})

    def _publisher(self, asked: Asked) -> tuple[int, bytes]:
        match asked.path.removeprefix(_APP):
            case "/orders:batchGet":
                return self._batch(asked.params["orderIds"])
            case "/purchases/voidedpurchases":
                return self._voided_page(int(asked.params.get("token", ["0"])[0]))
            case _ if asked.path == f"/v1/{QUEUE}:pull":
                return _json({"receivedMessages": self.waiting} if self.waiting else {})
            case _ if found := _PURCHASE.fullmatch(asked.path):
                return self._purchase(unquote(found["token"]), found["do"], asked.body)
            case _ if asked.path.endswith(":acknowledge"):
                return 200, b""
            case _:
                return 404, b"<h1>Not Found</h1>"

    def _batch(self, ids: list[str]) -> tuple[int, bytes]:
        if not set(ids) <= self.orders.keys():
            return _failure(404, "orderNotFound")
        return _json({"orders": [self.orders[each] for each in ids]})

    def _purchase(self, token: str, do: str | None, body: Any) -> tuple[int, bytes]:
        purchase = self.purchases.get(token)
        if purchase is None:
            return _failure(404, "purchaseTokenNotFound")
        if do is None:
            self.purchases |= {token: self.changes.pop(token, purchase)}
            return _json(purchase)
        if do != "defer":
            return _json({})
        if body["deferralContext"]["etag"] != purchase["etag"]:
            return _failure(409, "etagMismatch")
        return _json({"itemExpiryTimeDetails": purchase["lineItems"]})

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


@dataclass
class PlayHouse:
    """What listens where, for one test after another."""

    desk: PlayDesk
    google: Google
    urls: dict[str, str]
    key_file: Path

    def play(self, clock: StoppedClock, **changes: Any) -> Play:
        """A desk begun anew, and dodam that is set up for it but for `changes`."""
        self.desk.forget()
        self.google.trouble = Trouble.NONE
        set_up: dict[str, Any] = {
            "play_package_name": PACKAGE,
            "play_service_account_file": self.key_file,
            "play_push_audience": AUDIENCE,
            "play_push_email": SENDER,
            "play_pubsub_subscription": QUEUE,
            **self.urls,
            **changes,
        }
        store = google_play(Settings(data_dir=self.key_file.parent, **set_up), clock)
        assert store is not None
        return Play(store, self.desk, self.google, clock)


@asynccontextmanager
async def open_play(folder: Path) -> AsyncGenerator[PlayHouse]:
    desk, google = PlayDesk(), Google(lambda: NOON)
    async with serving(desk) as url, serving(google) as keys_url:
        urls = {
            "play_url": url,
            "pubsub_url": url,
            "google_keys_url": f"{keys_url}/oauth2/v3/certs",
        }
        key_file = folder / "play.json"
        key_file.write_bytes(service_account(f"{url}/token"))
        yield PlayHouse(desk, google, urls, key_file)


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
def _account_key() -> RSAKey:
    return RSAKey.generate_key(2048)
