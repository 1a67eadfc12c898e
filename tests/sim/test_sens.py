"""The simulated SENS takes what the real one takes, and refuses what it refuses."""

import hmac
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from dodam_sim.serving import Trouble, serving
from dodam_sim.sms.sens import Sens, SentMessage

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
PATH = "/sms/v2/services/ncp:sms:kr:300000000000:dodam/messages"


@pytest.fixture
async def sens() -> Sens:
    return Sens(lambda: NOW)


@pytest.fixture
async def http(sens: Sens) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(sens) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


def order(**fields: Any) -> dict[str, Any]:
    return {
        "type": "SMS",
        "from": "15881234",
        "content": "안녕하세요",
        "messages": [{"to": "01012345678"}],
        **fields,
    }


def signed(sens: Sens, path: str = PATH, at: datetime = NOW) -> dict[str, str]:
    """Headers as the console's guide computes them."""
    timestamp = str(int(at.timestamp() * 1000))
    message = f"POST {path}\n{timestamp}\n{sens.account.access_key}"
    digest = hmac.digest(sens.account.secret_key.encode(), message.encode(), "sha256")
    return {
        "x-ncp-apigw-timestamp": timestamp,
        "x-ncp-iam-access-key": sens.account.access_key,
        "x-ncp-apigw-signature-v2": b64encode(digest).decode(),
    }


async def test_X01_sens_takes_a_signed_order_and_sends_it(
    sens: Sens, http: httpx.AsyncClient
) -> None:
    answer = await http.post(PATH, json=order(), headers=signed(sens))
    assert (answer.status_code, answer.json()["statusName"]) == (202, "success")
    assert sens.messages == [SentMessage("15881234", "01012345678", "안녕하세요")]


@pytest.mark.parametrize(
    "changes",
    [
        {"x-ncp-apigw-signature-v2": "c2lnbmF0dXJl"},
        {"x-ncp-apigw-signature-v2": ""},
        {"x-ncp-iam-access-key": "SOMEBODYELSES"},
        {"x-ncp-apigw-timestamp": "now"},
        {"x-ncp-apigw-timestamp": "1773835200001"},
    ],
)
async def test_X01_sens_refuses_what_is_not_signed_with_the_key(
    sens: Sens, http: httpx.AsyncClient, changes: dict[str, str]
) -> None:
    answer = await http.post(PATH, json=order(), headers=signed(sens) | changes)
    assert answer.status_code == 401
    assert answer.json()["error"]["errorCode"] == "200"
    assert sens.messages == []


@pytest.mark.parametrize(("minutes", "status"), [(-5, 202), (5, 202), (-6, 401), (6, 401)])
async def test_X01_sens_refuses_a_clock_that_is_more_than_five_minutes_wrong(
    sens: Sens, http: httpx.AsyncClient, minutes: int, status: int
) -> None:
    headers = signed(sens, at=NOW + timedelta(minutes=minutes))
    assert (await http.post(PATH, json=order(), headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"from": "15889999"}, 403),
        ({"messages": []}, 400),
        ({"messages": [{"to": "+821012345678"}]}, 400),
        ({"content": "👋"}, 400),
        ({"type": "FAX"}, 400),
    ],
)
async def test_X01_sens_refuses_an_order_that_is_not_right(
    sens: Sens, http: httpx.AsyncClient, fields: dict[str, Any], status: int
) -> None:
    answer = await http.post(PATH, json=order(**fields), headers=signed(sens))
    assert answer.status_code == status
    assert sens.messages == []


async def test_X01_sens_knows_its_own_services_only(sens: Sens, http: httpx.AsyncClient) -> None:
    path = "/sms/v2/services/ncp:sms:kr:999:other/messages"
    answer = await http.post(path, json=order(), headers=signed(sens, path))
    assert answer.status_code == 404


async def test_X01_sens_cuts_a_message_at_90_bytes(sens: Sens, http: httpx.AsyncClient) -> None:
    await http.post(PATH, json=order(content="가" * 60), headers=signed(sens))
    assert sens.messages[0].content == "가" * 45


async def test_X01_a_service_may_be_down(sens: Sens, http: httpx.AsyncClient) -> None:
    sens.trouble = Trouble.DOWN
    assert (await http.post(PATH, json=order(), headers=signed(sens))).status_code == 503
    sens.trouble = Trouble.STUCK
    with pytest.raises(httpx.ReadTimeout):
        await http.post(PATH, json=order(), headers=signed(sens), timeout=0.1)
    sens.trouble = Trouble.NONE
    assert (await http.post(PATH, json=order(), headers=signed(sens))).status_code == 202
