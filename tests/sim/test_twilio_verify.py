"""The simulated Twilio Verify makes, sends and checks codes as the real one does."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dodam_sim.serving import serving
from dodam_sim.world.twilio_verify import TwilioVerify
from tests.clock import StoppedClock

NUMBER = "+14155552671"


@pytest.fixture
async def twilio(clock: StoppedClock) -> TwilioVerify:
    return TwilioVerify(clock.now)


@pytest.fixture
async def http(twilio: TwilioVerify) -> AsyncIterator[httpx.AsyncClient]:
    account = twilio.account
    async with (
        serving(twilio) as url,
        httpx.AsyncClient(
            base_url=f"{url}/v2/Services/{account.service_sid}",
            auth=(account.account_sid, account.auth_token),
        ) as client,
    ):
        yield client


async def start(http: httpx.AsyncClient, **fields: str) -> httpx.Response:
    return await http.post("/Verifications", data={"To": NUMBER, "Channel": "sms", **fields})


async def check(http: httpx.AsyncClient, code: str, **fields: str) -> httpx.Response:
    return await http.post("/VerificationCheck", data={"Code": code, **(fields or {"To": NUMBER})})


def refused(answer: httpx.Response) -> tuple[int, Any]:
    assert answer.json()["status"] == answer.status_code
    return answer.status_code, answer.json()["code"]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_X01_twilio_approves_the_code_it_sent_once(
    twilio: TwilioVerify, http: httpx.AsyncClient
) -> None:
    started = await start(http, Locale="ko")
    assert (started.status_code, started.json()["status"]) == (201, "pending")
    [sent] = twilio.codes
    assert (sent.to, sent.locale) == (NUMBER, "ko")
    assert (await check(http, wrong(sent.code))).json()["status"] == "pending"
    by_sid = await check(http, sent.code, VerificationSid=started.json()["sid"])
    assert (by_sid.json()["status"], by_sid.json()["valid"]) == ("approved", True)
    assert refused(await check(http, sent.code)) == (404, 20404)


async def test_X01_twilio_serves_its_account_only(
    twilio: TwilioVerify, http: httpx.AsyncClient
) -> None:
    http.auth = httpx.BasicAuth(twilio.account.account_sid, "another token")
    assert refused(await start(http)) == (401, 20003)
    unsigned = httpx.AsyncClient(base_url=http.base_url)
    async with unsigned:
        assert refused(await start(unsigned)) == (401, 20003)


@pytest.mark.parametrize(
    "fields", [{"To": "010-1234-5678"}, {"To": "+"}, {"To": ""}, {"Channel": "pigeon"}]
)
async def test_X01_twilio_names_a_wrong_parameter(
    http: httpx.AsyncClient, fields: dict[str, str]
) -> None:
    assert refused(await start(http, **fields)) == (400, 60200)


async def test_X01_twilio_sends_neither_to_landlines_nor_where_fraud_was_seen(
    twilio: TwilioVerify, http: httpx.AsyncClient
) -> None:
    twilio.landlines.add(NUMBER)
    assert refused(await start(http)) == (403, 60205)
    twilio.landlines.clear()
    twilio.blocked.add(NUMBER)
    assert refused(await start(http)) == (403, 60410)
    assert twilio.codes == []


async def test_X01_twilio_sends_a_pending_code_again_five_times_at_most(
    twilio: TwilioVerify, http: httpx.AsyncClient
) -> None:
    sids = {(await start(http)).json()["sid"] for _ in range(5)}
    assert (len(sids), len({sent.code for sent in twilio.codes})) == (1, 1)
    assert refused(await start(http)) == (429, 60203)


async def test_X01_twilio_checks_a_code_five_times_at_most(
    twilio: TwilioVerify, http: httpx.AsyncClient
) -> None:
    await start(http)
    code = twilio.codes[0].code
    for _ in range(5):
        assert (await check(http, wrong(code))).status_code == 200
    assert refused(await check(http, code)) == (429, 60202)


async def test_X01_twilio_forgets_a_code_after_ten_minutes(
    twilio: TwilioVerify, http: httpx.AsyncClient, clock: StoppedClock
) -> None:
    await start(http)
    clock.advance(timedelta(minutes=10))
    assert refused(await check(http, twilio.codes[0].code)) == (404, 20404)


async def test_X01_twilio_forgets_a_code_that_was_canceled(
    twilio: TwilioVerify, http: httpx.AsyncClient
) -> None:
    sid = (await start(http)).json()["sid"]
    canceled = await http.post(f"/Verifications/{sid}", data={"Status": "canceled"})
    assert (canceled.status_code, canceled.json()["status"]) == (200, "canceled")
    assert refused(await check(http, twilio.codes[0].code)) == (404, 20404)
    again = await http.post(f"/Verifications/{sid}", data={"Status": "canceled"})
    assert refused(again) == (404, 20404)


async def test_X01_twilio_wants_a_code_and_what_it_is_for(http: httpx.AsyncClient) -> None:
    answer = await http.post("/VerificationCheck", data={"Code": "123456"})
    assert refused(answer) == (400, 60200)
