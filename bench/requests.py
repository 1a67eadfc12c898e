"""The requests that are sent, as bytes; what differs from one to the next is put in last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from typing import Any

import msgspec

from dodam.features.therapy.models.plays import PlayRecord

BATCH = 200
_PASSWORD = "guardians of the benchmark"  # noqa: S105
_DAYS = 5
_RECORDS_A_SESSION = 20
_MOTIONS = 5

# Stand for the first 32 bits of a record's and a session's id. In a real UUIDv7 they are time too:
# a child's rows arrive in about the order of their keys, as they do in life.
_RECORD, _SESSION = "@@@@@@@@", "########"
_NUMBERS = count(0x019A0000)


@dataclass(frozen=True)
class Child:
    id: str
    access_token: str


def echo() -> tuple[Iterator[bytes], bytes]:
    """A record to be validated and sent back, and the body that comes back."""
    record = msgspec.json.encode(play(0, datetime.now(UTC), "mass_grasp"))
    sent = _filled(record, _number(), _number())
    answered = msgspec.json.encode(msgspec.json.decode(sent, type=PlayRecord))
    return cycle([request("POST", "/echo", sent)]), answered


def echo_signed_in(children: Sequence[Child]) -> Iterator[bytes]:
    """The same, by guardians whose tokens are checked."""
    record = msgspec.json.encode(play(0, datetime.now(UTC), "mass_grasp"))
    sent = _filled(record, _number(), _number())
    return cycle(
        [request("POST", "/echo-signed-in", sent, child.access_token) for child in children]
    )


def today(children: Sequence[Child]) -> Iterator[bytes]:
    """What a child is to play today, child by child."""
    return cycle(
        [
            request("GET", f"/v1/children/{child.id}/today", token=child.access_token)
            for child in children
        ]
    )


def sign_in() -> Iterator[bytes]:
    """The first guardian, over and over."""
    form = sign_up_form(0)
    del form["name"]
    return cycle([request("POST", "/v1/auth/sign-in", msgspec.json.encode(form))])


def sign_up_form(guardian: int) -> dict[str, str]:
    email = f"guardian{guardian}@dodam.example"
    return {"email": email, "password": _PASSWORD, "name": f"Guardian {guardian}"}


def one_record(children: Sequence[Child], motions: Sequence[str]) -> Iterator[bytes]:
    """One new play of this hour, child by child, ten to a session."""
    lately = datetime.now(UTC) - timedelta(minutes=10)
    templates = [
        _upload(child, play(0, lately, motions[number % _MOTIONS]))
        for number, child in enumerate(children)
    ]
    while True:
        session = _number()
        for template in templates * _RECORDS_A_SESSION:
            yield _filled(template, _number(), session)


def batch(children: Sequence[Child], motions: Sequence[str]) -> Iterator[bytes]:
    """Two hundred new plays of one child: ten sessions on the last five days."""
    now = datetime.now(UTC)
    records = [
        play(number, now - timedelta(minutes=10, days=number * _DAYS // BATCH), motion)
        for number, motion in zip(range(BATCH), cycle(motions[:_MOTIONS]))
    ]
    templates = [_upload(child, records) for child in children]
    for template in cycle(templates):
        yield _filled(template, _number(), _number())


def play(number: int, started_at: datetime, motion: str) -> dict[str, Any]:
    """A play with everything a tablet knows of it; `number` is its place in the upload."""
    return {
        "id": f"{_RECORD}-0000-7{number:03x}-8000-000000000001",
        "session_id": f"{_SESSION}-0000-7{number // _RECORDS_A_SESSION:03x}-8000-000000000002",
        "motion": motion,
        "hand": "left",
        "started_at": started_at.isoformat(timespec="milliseconds"),
        "duration_ms": 95_000,
        "repetitions": 20,
        "successes": 16,
        "accuracy": 0.82,
        "score": 1640,
        "difficulty": 3,
        "label": "fist",
        "device": "Galaxy Tab S9",
        "payload": {"level": "forest", "stars": 2},
    }


def one_result(children: Sequence[Child], game: str) -> Iterator[bytes]:
    """One new result of a mini-game, child by child."""
    lately = datetime.now(UTC) - timedelta(minutes=10)
    templates = [_upload(child, result(0, lately, game), "game-results") for child in children]
    for template in cycle(templates):
        yield _filled(template, _number(), _number())


def result_batch(children: Sequence[Child], game: str) -> Iterator[bytes]:
    """Two hundred new results of one child, of the last five days."""
    now = datetime.now(UTC)
    results = [
        result(number, now - timedelta(minutes=10, days=number * _DAYS // BATCH), game)
        for number in range(BATCH)
    ]
    templates = [_upload(child, results, "game-results") for child in children]
    for template in cycle(templates):
        yield _filled(template, _number(), _number())


def result(number: int, started_at: datetime, game: str) -> dict[str, Any]:
    """A result of the benchmark's game; `number` is its place in the upload."""
    return {
        "id": f"{_RECORD}-0000-7{number:03x}-8000-000000000003",
        "game": game,
        "version": 1,
        "started_at": started_at.isoformat(timespec="milliseconds"),
        "duration_ms": 95_000,
        "result": {
            "score": 1640,
            "floors": 42,
            "best_combo": 9,
            "hand": "left",
            "rounds": [{"floors": 14, "seconds": 31.5}] * 3,
        },
        "device": "Galaxy Tab S9",
    }


def _upload(child: Child, records: object, what: str = "play-records") -> bytes:
    path = f"/v1/children/{child.id}/{what}"
    return request("POST", path, msgspec.json.encode(records), child.access_token)


def request(method: str, path: str, body: bytes = b"", token: str = "") -> bytes:
    head = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", "accept: application/json"]
    if token:
        head.append(f"authorization: Bearer {token}")
    if body:
        head += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


def _filled(template: bytes, record: bytes, session: bytes) -> bytes:
    return template.replace(_RECORD.encode(), record).replace(_SESSION.encode(), session)


def _number() -> bytes:
    return b"%08x" % next(_NUMBERS)
