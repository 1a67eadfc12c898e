"""Events are taken, judged one by one and counted once."""

import gzip
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dodam_sim.serving import serving
from dodam_sim.world.mixpanel import Mixpanel, Rate
from tests.clock import NOON, StoppedClock
from tests.sim.mixpanel.asking import (
    ACCOUNT,
    STRICT,
    an_event,
    send,
)


async def failure(http: httpx.AsyncClient, event: Any) -> tuple[str, str]:
    """Send it between two good ones; the field that is wrong, and why."""
    answer = await send(http, an_event(1), event, an_event(2))
    body = answer.json()
    assert answer.status_code == 400
    assert (body["code"], body["status"], body["num_records_imported"]) == (400, "Bad Request", 2)
    [failed] = body["failed_records"]
    assert failed["index"] == 1
    return failed["field"], failed["message"]


async def test_N03_a_batch_is_taken(mixpanel: Mixpanel, http: httpx.AsyncClient) -> None:
    answer = await send(http, an_event(1, plays=3, ip=0), an_event(2, ip="203.0.113.7"))
    assert answer.status_code == 200
    assert answer.json() == {"code": 200, "num_records_imported": 2, "status": "OK"}
    first, second = mixpanel.received
    assert (first.name, first.at, first.distinct_id) == ("session finished", NOON, "guardian-1")
    assert (first.insert_id, first.properties, first.located) == ("event-1", {"plays": 3}, False)
    assert (second.properties, second.located) == ({}, True)


async def test_N03_a_batch_may_come_as_lines_and_packed(
    mixpanel: Mixpanel, http: httpx.AsyncClient
) -> None:
    lines = b"\n".join(json.dumps(an_event(number)).encode() for number in range(3))
    answer = await http.post(
        "/import",
        params=STRICT,
        content=gzip.compress(lines),
        headers={"content-type": "application/x-ndjson", "content-encoding": "gzip"},
    )
    assert answer.json()["num_records_imported"] == 3
    assert len(mixpanel.received) == 3


@pytest.mark.parametrize(
    ("content", "headers", "error"),
    [
        (b"half of a gzip", {"content-encoding": "gzip"}, "body is not gzip"),
        (
            gzip.compress(b"[]", mtime=0)[:-9],
            {"content-encoding": "gzip"},
            "body of gzip ends too early",
        ),
        (b"[]", {"content-encoding": "br"}, "content encoding br is not supported"),
        (b'[{"event": "half', {}, "body is not a JSON array"),
        (b'{"event": "no list"}', {}, "body is not a JSON array"),
        (b"[" * 100_000, {}, "body is not a JSON array"),
        (b"[]", {"content-type": "text/plain"}, "content type text/plain is not supported"),
    ],
)
async def test_N03_what_cannot_be_read_is_refused(
    http: httpx.AsyncClient, content: bytes, headers: dict[str, str], error: str
) -> None:
    headers = {"content-type": "application/json", **headers}
    answer = await http.post("/import", params=STRICT, content=content, headers=headers)
    assert answer.status_code == 400
    assert answer.json() == {"code": 400, "error": error, "status": "Bad Request"}


async def test_N03_too_large_a_batch_is_refused_however_small_it_is_packed(
    mixpanel: Mixpanel, http: httpx.AsyncClient
) -> None:
    many = await send(http, *[an_event(number) for number in range(2001)])
    assert (many.status_code, many.json()["status"]) == (413, "Request Entity Too Large")
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    bomb = gzip.compress(b"[" + b" " * (10 << 20) + b"]")
    for content, packed in ((bomb, headers), (b"x" * (10 << 20) + b"y", {})):
        answer = await http.post("/import", params=STRICT, content=content, headers=packed)
        assert answer.json() == {
            "code": 413,
            "error": "request exceeds max limit of 10485760 bytes",
            "status": "Request Entity Too Large",
        }
    assert not mixpanel.received


async def test_N03_only_the_project_itself_may_send(http: httpx.AsyncClient) -> None:
    wrong = [
        await http.post("/import", params=STRICT, json=[], auth=("someone", ACCOUNT.secret)),
        await send(http, project_id="another"),
        await http.post("/import", params=STRICT, json=[], auth=(ACCOUNT.project_token, "")),
        await http.post("/import", params=STRICT, json=[], auth=("", "")),
    ]
    for answer in wrong:
        assert answer.status_code == 401
        assert answer.json() == {
            "code": 401,
            "error": "Invalid credentials",
            "status": "Unauthorized",
        }
    by_token = await http.post(
        "/import", params={"strict": "1"}, json=[an_event()], auth=(ACCOUNT.project_token, "")
    )
    assert by_token.status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"event": ""}, "event"),
        ({"event": None}, "event"),
        ({"properties": []}, "properties"),
        ({"other": 1}, "other"),
    ],
)
async def test_N03_an_event_has_a_name_and_properties(
    http: httpx.AsyncClient, change: dict[str, Any], field: str
) -> None:
    assert (await failure(http, {**an_event(3), **change}))[0] == field


HOUR = 3_600
SECONDS = int(NOON.timestamp())
WRONG: list[tuple[str, Any]] = [
    ("time", None),
    ("time", "yesterday"),
    ("time", True),
    ("time", 0),
    ("time", SECONDS + HOUR + 1),
    ("time", (SECONDS + HOUR + 1) * 1000),
    ("distinct_id", None),
    ("distinct_id", 7),
    ("distinct_id", "anonymous"),
    ("distinct_id", "00000000-0000-0000-0000-000000000000"),
    ("$insert_id", None),
    ("$insert_id", ""),
    ("$insert_id", "x" * 37),
    ("$insert_id", "under_score"),
    ("$insert_id", "null"),
    ("list", list(range(255))),
    ("object", {str(n): n for n in range(255)}),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
async def test_N03_a_wrong_property_fails_its_event_alone(
    mixpanel: Mixpanel, http: httpx.AsyncClient, name: str, value: object
) -> None:
    field, message = await failure(http, an_event(3, **{name: value}))
    assert field == f"properties.{name}"
    assert message.startswith(f"'properties.{name}' is invalid: ")
    assert [each.insert_id for each in mixpanel.received] == ["event-1", "event-2"]


async def test_N03_an_event_has_fewer_than_255_properties_nested_three_deep(
    http: httpx.AsyncClient,
) -> None:
    own = len(an_event()["properties"])
    most = {f"p{n}": n for n in range(254 - own)}
    deep = {"a": {"b": {"c": 1}}}
    assert (await send(http, an_event(1, **most), an_event(2, deep=deep))).status_code == 200
    assert (await failure(http, an_event(3, one=1, **most)))[0] == "properties"
    assert (await failure(http, an_event(3, deep={"z": deep})))[0] == "properties.deep.z.a.b"


@pytest.mark.parametrize("event", ["no object", 7, None, {"event": "x" * (1 << 20)}])
async def test_N03_what_is_no_event_fails(http: httpx.AsyncClient, event: Any) -> None:
    assert (await failure(http, event))[0] == "event"


async def test_N03_a_broken_line_spoils_no_other(
    mixpanel: Mixpanel, http: httpx.AsyncClient
) -> None:
    good = json.dumps(an_event()).encode()
    content = b"\n".join([good[:-5], b'{"event": "\xff"}', b"[" * 5000, good])
    headers = {"content-type": "application/x-ndjson"}
    answer = await http.post("/import", params=STRICT, content=content, headers=headers)
    assert [each["index"] for each in answer.json()["failed_records"]] == [0, 1, 2]
    assert len(mixpanel.received) == 1


async def test_N03_without_strictness_failures_are_easily_missed(http: httpx.AsyncClient) -> None:
    answer = await send(http, an_event(), an_event(time=None), strict="0")
    assert answer.status_code == 200
    assert answer.json() == {
        "code": 200,
        "error": "some data points in the request failed validation",
        "num_records_imported": 1,
        "status": 0,
    }


async def test_N03_a_time_in_seconds_will_do_and_no_event_lies_ahead(
    mixpanel: Mixpanel, http: httpx.AsyncClient
) -> None:
    await send(http, an_event(1, time=SECONDS - HOUR), an_event(2, time=SECONDS + HOUR))
    assert [each.at for each in mixpanel.received] == [NOON - timedelta(hours=1), NOON]


async def test_N03_texts_are_cut_off(mixpanel: Mixpanel, http: httpx.AsyncClient) -> None:
    await send(http, an_event(text="가" * 300, list=["x" * 300]))
    assert mixpanel.received[0].properties == {"text": "가" * 255, "list": ["x" * 255]}


async def test_N03_an_event_sent_twice_is_one(mixpanel: Mixpanel, http: httpx.AsyncClient) -> None:
    assert (await send(http, an_event(1, score=1))).json()["num_records_imported"] == 1
    assert (await send(http, an_event(1, score=2))).json()["num_records_imported"] == 1
    assert [each.properties["score"] for each in mixpanel.received] == [2]
    assert (mixpanel.events.imported, mixpanel.events.duplicates) == (2, 1)


@pytest.mark.parametrize(
    "other",
    [
        {**an_event(), "event": "session begun"},
        an_event(distinct_id="guardian-2"),
        an_event(time=SECONDS - 1),
        an_event(2),
    ],
)
async def test_N03_two_events_differ_by_name_time_person_or_insert_id(
    mixpanel: Mixpanel, http: httpx.AsyncClient, other: dict[str, Any]
) -> None:
    await send(http, an_event(), other)
    assert len(mixpanel.received) == 2


async def test_N03_a_project_may_send_so_much_a_minute(clock: StoppedClock) -> None:
    mixpanel = Mixpanel(clock.now, rate=Rate(events=5))
    async with (
        serving(mixpanel) as url,
        httpx.AsyncClient(base_url=url, auth=(ACCOUNT.username, ACCOUNT.secret)) as http,
    ):
        assert (await send(http, an_event(1), "invalid", an_event(2))).status_code == 400
        clock.advance(timedelta(seconds=30))
        refused = await send(http, *[an_event(number) for number in range(3, 6)])
        assert refused.status_code == 429
        assert refused.json() == {
            "code": 429,
            "error": "Project exceeded rate limits. "
            "Please retry the request with exponential backoff.",
            "status": "Too Many Requests",
        }
        assert (await send(http, an_event(3), an_event(4))).status_code == 200
        clock.advance(timedelta(seconds=30))
        assert (await send(http, *[an_event(n) for n in range(5, 8)])).status_code == 200
        assert (await send(http, an_event(8))).status_code == 429
    assert len(mixpanel.received) == 7
