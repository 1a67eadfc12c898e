"""The simulated SENS takes what the real one takes, and refuses what it refuses."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from dodam_sim.serving import Trouble, serving
from dodam_sim.world.sens.account import SensAccount
from dodam_sim.world.sens.service import Sens
from dodam_sim.world.sens.sms import SentMessage
from tests.sim.sens_client import SensClient, sens_client, signed

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


async def test_X01_sens_takes_a_signed_order_and_sends_it(
    sens: Sens, http: httpx.AsyncClient
) -> None:
    answer = await http.post(PATH, json=order(), headers=signed(sens.account, PATH, NOW))
    assert (answer.status_code, answer.json()["statusName"]) == (202, "success")
    assert sens.messages == [SentMessage("15881234", "01012345678", "안녕하세요")]


@pytest.mark.parametrize(
    "changes",
    [
        {"x-ncp-apigw-signature-v2": "c2lnbmF0dXJl"},
        {"x-ncp-apigw-signature-v2": ""},
        {"x-ncp-iam-access-key": "SOMEBODYELSES"},
        {"x-ncp-apigw-timestamp": "now"},
        {"x-ncp-apigw-timestamp": "9" * 400},
        {"x-ncp-apigw-timestamp": "1773835200001"},
    ],
)
async def test_X01_sens_refuses_what_is_not_signed_with_the_key(
    sens: Sens, http: httpx.AsyncClient, changes: dict[str, str]
) -> None:
    answer = await http.post(PATH, json=order(), headers=signed(sens.account, PATH, NOW) | changes)
    assert answer.status_code == 401
    assert answer.json()["error"]["errorCode"] == "200"
    assert sens.messages == []


@pytest.mark.parametrize(("minutes", "status"), [(-5, 202), (5, 202), (-6, 401), (6, 401)])
async def test_X01_sens_refuses_a_clock_that_is_more_than_five_minutes_wrong(
    sens: Sens, http: httpx.AsyncClient, minutes: int, status: int
) -> None:
    headers = signed(sens.account, PATH, NOW + timedelta(minutes=minutes))
    assert (await http.post(PATH, json=order(), headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"from": "15889999"}, 403),
        ({"messages": []}, 400),
        ({"messages": [{"to": "+821012345678"}]}, 400),
        ({"content": "👋"}, 400),
        ({"type": "FAX"}, 400),
        ({"files": [{"fileId": "1"}]}, 400),
        ({"reserveTime": "2026-03-19 12:00"}, 400),
    ],
)
async def test_X01_sens_refuses_an_order_that_is_not_right(
    sens: Sens, http: httpx.AsyncClient, fields: dict[str, Any], status: int
) -> None:
    answer = await http.post(PATH, json=order(**fields), headers=signed(sens.account, PATH, NOW))
    assert answer.status_code == status
    assert sens.messages == []


async def test_X01_sens_knows_its_own_services_only(sens: Sens, http: httpx.AsyncClient) -> None:
    path = "/sms/v2/services/ncp:sms:kr:999:other/messages"
    answer = await http.post(path, json=order(), headers=signed(sens.account, path, NOW))
    assert answer.status_code == 404


async def test_X01_sens_cuts_a_message_at_90_bytes(sens: Sens, http: httpx.AsyncClient) -> None:
    await http.post(PATH, json=order(content="가" * 60), headers=signed(sens.account, PATH, NOW))
    assert sens.messages[0].content == "가" * 45


async def test_X01_a_service_may_be_down(sens: Sens, http: httpx.AsyncClient) -> None:
    headers = signed(sens.account, PATH, NOW)
    sens.trouble = Trouble.DOWN
    assert (await http.post(PATH, json=order(), headers=headers)).status_code == 503
    sens.trouble = Trouble.STUCK
    with pytest.raises(httpx.ReadTimeout):
        await http.post(PATH, json=order(), headers=headers, timeout=0.1)
    sens.trouble = Trouble.NONE
    assert (await http.post(PATH, json=order(), headers=headers)).status_code == 202


@pytest.fixture
async def client() -> AsyncIterator[SensClient]:
    async with sens_client(SensAccount(), NOW) as made:
        yield made


async def test_X01_sens_cuts_a_long_message_at_2000_bytes_and_its_subject_at_40(
    client: SensClient,
) -> None:
    await client.post(client.sms_path, order(type="LMS", content="가" * 1100, subject="나" * 30))
    await client.post(client.sms_path, order(type="MMS", subject="도담"))
    long, without_pictures = client.sens.messages
    assert (long.kind, long.content, long.subject) == ("LMS", "가" * 1000, "나" * 20)
    assert (without_pictures.kind, without_pictures.subject) == ("LMS", "도담")


async def test_X01_sens_tells_what_became_of_a_text(client: SensClient) -> None:
    messages = [{"to": "01012345678"}, {"to": "01012340009", "content": "다른 말"}]
    taken = await client.post(client.sms_path, order(messages=messages))
    request_id = taken.json()["requestId"]

    async def listed() -> list[dict[str, Any]]:
        return (await client.get(client.sms_path, requestId=request_id)).json()["messages"]

    assert [(each["status"], each.get("statusCode")) for each in await listed()] == [
        ("PROCESSING", None)
    ] * 2
    client.wait(2)
    lost, arrived = await listed()
    assert (arrived["status"], arrived["statusCode"], arrived["statusName"]) == (
        *("COMPLETED", "0"),
        "success",
    )
    assert (lost["status"], lost["statusCode"], lost["statusName"]) == ("COMPLETED", "3001", "fail")
    one = (await client.get(f"{client.sms_path}/{lost['messageId']}")).json()
    assert (one["statusCode"], one["messages"][0]["content"]) == ("200", "다른 말")


async def test_X01_sens_lists_texts_by_what_is_asked(client: SensClient) -> None:
    await client.post(client.sms_path, order())
    await client.post(client.sms_path, order(type="LMS", messages=[{"to": "01098765432"}]))
    span = {"requestStartTime": "2026-03-18 21:00:00", "requestEndTime": "2026-03-18 21:00:00"}
    for wanted, found in [({}, 2), ({"type": "LMS"}, 1), ({"to": "01012345678"}, 1)]:
        answer = await client.get(client.sms_path, **span, **wanted)
        assert answer.json()["itemCount"] == found
    nothing = await client.get(client.sms_path, **span, type="LMS", to="01012345678")
    assert (nothing.status_code, nothing.content) == (404, b"")


async def test_X01_sens_keeps_the_newest_messages(client: SensClient) -> None:
    for _ in range(51):
        await client.post(client.sms_path, order(messages=[{"to": "01012345678"}] * 100))
    assert len(client.sens.messages) == 5000
    assert len(client.sens.shown()) == 200
