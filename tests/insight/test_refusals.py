"""N03: what is not in the registry of events is refused, and spoils nothing else."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from dodam.features.insight.models import registry
from dodam.platform.settings import Settings
from tests.families import Guardian

from .conftest import Tracking, an_event, own_database, tracking_system, upload

MARK = "zyxwmark"


@pytest.fixture(scope="module")
async def tracking(settings: Settings, database_url: str, template: str) -> AsyncIterator[Tracking]:
    """One for all of these tests: each has a guardian of its own, and nothing is sent."""
    async with (
        own_database(database_url, template) as url,
        tracking_system(settings, url) as system,
    ):
        yield system


async def _reasons(guardian: Guardian, *events: Any) -> list[tuple[str, str] | None]:
    answer = await upload(guardian, events=list(events))
    assert answer.status_code == 202, answer.text
    reasons = [each.get("reason") for each in answer.json()["events"]]
    return [each and (each["field"], each["code"]) for each in reasons]


def test_N03_no_property_of_any_event_takes_free_text() -> None:
    """A text is one of a few words; nothing longer than a version fits anywhere."""
    schema = msgspec.json.schema(registry.GameEvent)
    for name, event in schema["$defs"].items():
        assert event["additionalProperties"] is False, name
        for field, of in event["properties"].items():
            closed = (
                {"enum", "const"} & of.keys()
                or of.get("type") == "boolean"
                or {"minimum", "maximum"} <= of.keys()
                or of.get("format") in {"uuid", "date-time"}
            )
            assert closed, (name, field)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"name": MARK}, ("name", "wrong_format")),
        ({"name": "account_opened", "method": "password"}, ("name", "wrong_format")),
        ({"name": 7}, ("name", "wrong_type")),
        ({"diagnosis": MARK}, ("diagnosis", "unknown_field")),
        ({"distinct_id": str(uuid4())}, ("distinct_id", "unknown_field")),
        ({"$insert_id": MARK}, ("$insert_id", "unknown_field")),
        ({"start": MARK}, ("start", "not_a_choice")),
        ({"start": {"x": [MARK]}}, ("start", "wrong_type")),
        ({"start": None}, ("start", "wrong_type")),
        ({"id": MARK}, ("id", "wrong_format")),
        ({"id": None}, ("id", "wrong_type")),
        ({"at": "2026-03-18T12:00:00"}, ("at", "wrong_format")),
        ({"at": "0001-01-01T00:00:00+14:00"}, ("at", "out_of_range")),
        ({"at": 1}, ("at", "wrong_type")),
    ],
)
async def test_N03_what_is_not_in_the_registry_is_refused_alone(
    tracking: Tracking, guardian: Guardian, wrong: dict[str, Any], reason: tuple[str, str]
) -> None:
    assert await _reasons(guardian, an_event(), {**an_event(), **wrong}, an_event()) == [
        None,
        reason,
        None,
    ]
    sent = await tracking.waiting_for(guardian)
    assert [each["name"] for each in sent] == ["account_opened", "game_opened", "game_opened"]
    assert MARK not in msgspec.json.encode(sent).decode()


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"screen": "home", "milliseconds": -1}, ("milliseconds", "out_of_range")),
        ({"screen": "home", "milliseconds": 10**400}, ("milliseconds", "out_of_range")),
        ({"screen": "home", "milliseconds": 1.5}, ("milliseconds", "wrong_type")),
        ({"screen": "home", "milliseconds": True}, ("milliseconds", "wrong_type")),
        ({"screen": "home"}, ("milliseconds", "required")),
    ],
)
async def test_N03_numbers_have_bounds(
    guardian: Guardian, told: dict[str, Any], reason: tuple[str, str]
) -> None:
    assert await _reasons(guardian, an_event("screen_seen", **told)) == [reason]


@pytest.mark.parametrize("wrong", [None, 1, "x", [], {}, {"name": "game_opened"}])
async def test_N03_what_is_no_event_at_all_is_refused_alone(guardian: Guardian, wrong: Any) -> None:
    first, second = await _reasons(guardian, wrong, an_event())
    assert first is not None
    assert second is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"events": [\xff]}', 400),
        (b"[]", 400),
        (b'{"events": []}', 400),
        (b'{"events": {}}', 400),
        (b'{"events": [{}], "device": "x"}', 400),
        (b'{"events": [{}], "sent_at": "2026-03-18T12:00:00"}', 400),
        (b'{"events": [{}], "app": {"platform": "web", "version": "1"}}', 400),
        (b'{"events": [{}], "app": {"platform": "ios", "version": "1.0 of the mark"}}', 400),
        (b'{"events": [' + b"[" * 5000 + b"]" * 5000 + b"]}", 400),
        (b'{"events": [' + b"{}," * 500 + b"{}]}", 413),
        (b" " * 500_001, 413),
    ],
)
async def test_N03_what_is_no_upload_is_refused_whole(
    tracking: Tracking, guardian: Guardian, body: bytes, status: int
) -> None:
    answer = await guardian.call(
        "POST", "/behaviour-events", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert [each["name"] for each in await tracking.waiting_for(guardian)] == ["account_opened"]


async def test_N03_why_is_said_in_the_callers_language(guardian: Guardian) -> None:
    for language, words in (("ko", "고를 수 있는 값"), ("en", "one of the choices")):
        answer = await guardian.call(
            "POST",
            "/behaviour-events",
            json={"events": [an_event(start="tepid")]},
            headers={"accept-language": language},
        )
        assert words in answer.json()["events"][0]["reason"]["message"]
