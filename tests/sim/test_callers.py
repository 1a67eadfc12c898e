"""Calls to several instances: whichever answers, and not for ever."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from dodam_sim.callers.api import Api, NoAnswerError, Person, UnexpectedStatusError
from dodam_sim.callers.family import noon_zone

URLS = ["http://one", "http://two", "http://three"]


async def test_G04_a_call_that_one_instance_leaves_unanswered_is_sent_to_the_next() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        if request.url.host == "one":
            message = "connection reset"
            raise httpx.ReadError(message, request=request)
        return httpx.Response(503 if request.url.host == "two" else 200)

    async with Api(URLS, transport=httpx.MockTransport(answer)) as api:
        assert (await api.send("POST", "/v1/plays", json={})).status_code == 200
        assert asked == ["one", "two", "three"]
        assert api.resent == 2


async def test_G04_what_is_refused_is_not_sent_again() -> None:
    asked: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["authorization"])
        return httpx.Response(409, json={"code": "game_locked"})

    async with Api(URLS, transport=httpx.MockTransport(refuse)) as api:
        person = Person(api, "a token")
        assert (await person.call("POST", "/plays", {})).status_code == 409
        with pytest.raises(UnexpectedStatusError, match=r"POST /v1/plays: 409 .*game_locked"):
            await person.post("/plays", {})
    assert asked == ["Bearer a token"] * 2


async def test_G04_patience_ends() -> None:
    def away(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, text="starting")

    async with Api(URLS, patience_seconds=0, transport=httpx.MockTransport(away)) as api:
        with pytest.raises(NoAnswerError, match="GET /v1/plays: 503 starting"):
            await api.send("GET", "/v1/plays")


@pytest.mark.parametrize("hour", range(24))
def test_G04_somewhere_it_is_noon(hour: int) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=hour, minutes=31)
    assert f"{now.astimezone(noon_zone(now)):%H:%M}" == "12:31"
