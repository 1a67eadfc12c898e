"""The simulated SENS delivers Alimtalks as approved, and texts where KakaoTalk does not reach."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dodam_sim.world.sens.account import SensAccount, as_templates, fits, load_templates
from tests.sim.sens_client import SensClient, sens_client

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
BUTTON = {
    "type": "WL",
    "name": "오늘의 결과 보기",
    "linkMobile": "https://dodam.example/today/#{child}",
    "linkPc": "https://dodam.example/today/#{child}",
}
TEMPLATES = {
    "TODAY": {"text": "[도담] #{name}님, 오늘 #{count}번 연습했어요.", "buttons": [BUTTON]},
    "WELCOME": {"text": "도담에 오신 것을 환영합니다."},
}
TEXT = "[도담] 김도담님, 오늘 12번 연습했어요."
PHONE, NO_KAKAO, BLOCKED, NOBODY = "01012345678", "01012340000", "01012340001", "01012340009"


@pytest.fixture
async def client() -> AsyncIterator[SensClient]:
    account = SensAccount(templates=as_templates(TEMPLATES))
    async with sens_client(account, NOW) as made:
        yield made


def button(**changes: Any) -> dict[str, Any]:
    return {
        **BUTTON,
        "linkMobile": "https://dodam.example/today/7",
        "linkPc": "https://dodam.example/today/7",
        **changes,
    }


def message(**changes: Any) -> dict[str, Any]:
    return {"to": PHONE, "content": TEXT, "buttons": [button()], **changes}


def order(*messages: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "plusFriendId": "@dodam",
        "templateCode": "TODAY",
        "messages": list(messages) or [message()],
        **changes,
    }


async def sent(client: SensClient, *messages: dict[str, Any]) -> list[str]:
    answer = await client.post(client.talk_path, order(*messages))
    assert answer.status_code == 202, answer.text
    return [each["messageId"] for each in answer.json()["messages"]]


async def result(client: SensClient, message_id: str) -> dict[str, Any]:
    answer = await client.get(f"{client.talk_path}/{message_id}")
    assert answer.status_code == 200
    return answer.json()


async def test_X01_an_alimtalk_is_taken_at_once_and_delivered_after_seconds(
    client: SensClient,
) -> None:
    answer = await client.post(client.talk_path, order())
    taken = answer.json()
    assert (answer.status_code, taken["statusCode"]) == (202, "202")
    assert taken["requestTime"] == "2026-03-18T21:00:00.000"  # Korean time
    [of_message] = taken["messages"]
    assert (of_message["requestStatusCode"], of_message["requestStatusName"]) == (
        "A000",
        "success",
    )
    under_way = await result(client, of_message["messageId"])
    assert under_way["messageStatusName"] == "processing"
    assert "messageStatusCode" not in under_way
    client.wait(2)
    done = await result(client, of_message["messageId"])
    assert done["requestId"] == taken["requestId"]
    assert (done["messageStatusCode"], done["messageStatusName"]) == ("0000", "success")
    assert (done["completeTime"], done["content"]) == ("2026-03-18T21:00:02", TEXT)
    assert client.sens.messages == []


async def test_X01_a_text_follows_where_there_is_no_kakaotalk(client: SensClient) -> None:
    [message_id] = await sent(client, message(to=NO_KAKAO, useSmsFailover=True))
    assert client.sens.messages == []
    client.wait(2)
    failed = await result(client, message_id)
    assert (failed["messageStatusCode"], failed["messageStatusName"]) == ("3019", "fail")
    assert failed["failover"]["messageStatusName"] == "processing"
    client.wait(2)
    failover = (await result(client, message_id))["failover"]
    assert (failover["messageStatusCode"], failover["messageStatusName"]) == ("0", "success")
    [text] = client.sens.messages
    assert (text.to, text.sender, text.kind, text.content) == (NO_KAKAO, "15881234", "SMS", TEXT)
    as_sms = await client.get(f"{client.sms_path}/{failover['messageId']}")
    assert as_sms.json()["messages"][0]["content"] == TEXT


async def test_X01_a_text_says_what_it_was_told_to(client: SensClient) -> None:
    long = "오늘의 결과를 보세요. " * 10
    config = {"from": "15881234", "subject": "오늘의 결과", "content": long}
    await sent(client, message(to=BLOCKED, useSmsFailover=True, failoverConfig=config))
    client.wait(2)
    [text] = client.sens.messages
    assert (text.kind, text.subject, text.content) == ("LMS", "오늘의 결과", long)


async def test_X01_no_text_follows_unless_it_was_asked_for(client: SensClient) -> None:
    ids = await sent(client, message(to=NO_KAKAO), message(useSmsFailover=True))
    client.wait(10)
    results = [await result(client, each) for each in ids]
    assert [each["messageStatusCode"] for each in results] == ["3019", "0000"]
    assert not any("failover" in each for each in results)
    assert client.sens.messages == []


async def test_X01_a_text_may_fail_too(client: SensClient) -> None:
    client.sens.account.not_on_kakao.add(NOBODY)
    unprintable = {"content": "축하해요 🎉"}
    gone, mute = await sent(
        client,
        message(to=NOBODY, useSmsFailover=True),
        message(to=NO_KAKAO, useSmsFailover=True, failoverConfig=unprintable),
    )
    client.wait(10)
    failover = (await result(client, gone))["failover"]
    assert (failover["messageStatusCode"], failover["messageStatusName"]) == ("3001", "fail")
    assert (await result(client, mute))["failover"]["requestStatusName"] == "fail"


@pytest.mark.parametrize(
    "changes",
    [
        {"content": "[도담] 김도담님, 오늘 12번 연습했어요!"},
        {"content": "광고: [도담] 김도담님, 오늘 12번 연습했어요."},
        {"content": "[도담] 님, 오늘 12번 연습했어요."},
        {"buttons": []},
        {"buttons": [button(name="결과 보기")]},
        {"buttons": [button(linkMobile="https://elsewhere.example/today/7")]},
        {"buttons": [button(), button()]},
    ],
)
async def test_X01_kakaotalk_delivers_only_what_was_approved(
    client: SensClient, changes: dict[str, Any]
) -> None:
    [message_id] = await sent(client, message(**changes))
    client.wait(2)
    failed = await result(client, message_id)
    assert (failed["messageStatusCode"], failed["messageStatusName"]) == ("3016", "fail")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (order(plusFriendId="@other"), 400),
        (order(templateCode="NEVER_APPROVED"), 400),
        (order(message(content="가" * 1001)), 400),
        (order(message(content="")), 400),
        (order(message(to="+821012345678")), 400),
        (order(*[message()] * 101), 400),
        (order(reserveTime="2026-03-19 12:00"), 400),
        (order(message(buttons=[button(linkPc=None)])), 400),
        (order(message(buttons=[button(type="XX")])), 400),
        (order(message(failoverConfig={"from": "15889999"})), 403),
        ([], 400),
    ],
)
async def test_X01_an_order_that_is_not_right_is_refused_as_a_whole(
    client: SensClient, body: Any, status: int
) -> None:
    assert (await client.post(client.talk_path, body)).status_code == status
    assert client.sens.talks == []


async def test_X01_an_empty_list_of_messages_is_refused(client: SensClient) -> None:
    answer = await client.post(client.talk_path, {**order(), "messages": []})
    assert answer.status_code == 400


async def test_X01_a_hundred_go_at_once(client: SensClient) -> None:
    assert len(await sent(client, *[message()] * 100)) == 100


async def test_X01_alimtalk_has_a_service_of_its_own(client: SensClient) -> None:
    path = client.talk_path.replace("kkobizmsg", "sms")
    assert (await client.post(path, order())).status_code == 404
    assert (await client.http.post(client.talk_path, json=order())).status_code == 401
    assert (await client.http.get(client.talk_path)).status_code == 401


async def test_X01_a_signature_covers_the_query(client: SensClient) -> None:
    await sent(client)
    answer = await client.get(client.talk_path, plusFriendId="@dodam", requestId="RSLA-1")
    assert answer.status_code == 404
    headers = dict(answer.request.headers)
    other = await client.http.get(f"{client.talk_path}?requestId=RSLA-2", headers=headers)
    assert other.status_code == 401


async def test_X01_alimtalks_are_listed_by_request_newest_first(client: SensClient) -> None:
    answer = await client.post(client.talk_path, order(message(), message(to=NO_KAKAO)))
    await sent(client)
    listed = await client.get(client.talk_path, requestId=answer.json()["requestId"])
    assert [each["to"] for each in listed.json()["messages"]] == [NO_KAKAO, PHONE]
    assert "content" not in listed.json()["messages"][0]


async def test_X01_alimtalks_are_listed_by_korean_time(client: SensClient) -> None:
    await sent(client)
    client.wait(60)
    await sent(client, message(to=NO_KAKAO))

    async def between(start: str, end: str) -> list[str]:
        answer = await client.get(
            client.talk_path,
            plusFriendId="@dodam",
            requestStartTime=f"2026-03-18 {start}",
            requestEndTime=f"2026-03-18 {end}",
        )
        assert answer.status_code in {200, 404}
        return [each["to"] for each in answer.json()["messages"]] if answer.content else []

    assert await between("21:00:00", "21:00:59") == [PHONE]
    assert await between("21:00:01", "21:01:00") == [NO_KAKAO]
    assert await between("12:00:00", "12:59:59") == []


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"to": NO_KAKAO}, 1),
        ({"templateCode": "TODAY"}, 3),
        ({"templateCode": "WELCOME"}, 0),
        ({"messageStatusName": "success"}, 2),
        ({"messageStatusName": "fail", "to": PHONE}, 0),
        ({"completeStartTime": "2026-03-18 21:00:02", "completeEndTime": "2026-03-18 21:00:02"}, 3),
        ({"completeStartTime": "2026-03-18 21:00:03", "completeEndTime": "2026-03-18 21:01:02"}, 0),
    ],
)
async def test_X01_alimtalks_are_listed_by_what_is_asked(
    client: SensClient, filters: dict[str, str], found: int
) -> None:
    await sent(client, message(), message(), message(to=NO_KAKAO))
    client.wait(5)
    span = {"requestStartTime": "2026-03-18 20:00:00", "requestEndTime": "2026-03-18 22:00:00"}
    if "completeStartTime" in filters:
        span = {}
    answer = await client.get(client.talk_path, plusFriendId="@dodam", **span, **filters)
    assert answer.status_code == (200 if found else 404)
    assert (answer.json()["itemCount"] if found else answer.content) == (found or b"")


async def test_X01_a_long_list_comes_in_pages(client: SensClient) -> None:
    answer = await client.post(client.talk_path, order(*[message()] * 45))
    request_id = answer.json()["requestId"]
    seen, token, sizes = set[str](), {}, list[int]()
    while True:
        page = (await client.get(client.talk_path, requestId=request_id, **token)).json()
        seen |= {each["messageId"] for each in page["messages"]}
        sizes.append(page["itemCount"])
        if not page["hasMore"]:
            break
        token = {"nextToken": page["nextToken"]}
    assert (len(seen), sizes) == (45, [20, 20, 5])


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"plusFriendId": "@dodam"},
        {"requestStartTime": "2026-03-18 20:00:00", "requestEndTime": "2026-03-18 22:00:00"},
        {"plusFriendId": "@dodam", "requestStartTime": "2026-03-18 20:00:00"},
        {"requestId": "x", "requestStartTime": "2026-03-18", "requestEndTime": "2026-03-18"},
        {
            "requestId": "x",
            "requestStartTime": "2026-03-01 00:00:00",
            "requestEndTime": "2026-04-01 00:00:01",
        },
        {
            "requestId": "x",
            "requestStartTime": "2026-03-02 00:00:00",
            "requestEndTime": "2026-03-01 00:00:00",
        },
        {"requestId": "x", "pageSize": "101"},
        {"requestId": "x", "pageSize": "0"},
        {"requestId": "x", "pageSize": "many"},
        {"requestId": "x", "nextToken": "made-up"},
    ],
)
async def test_X01_a_question_that_is_not_right_is_refused(
    client: SensClient, query: dict[str, str]
) -> None:
    assert (await client.get(client.talk_path, **query)).status_code == 400


async def test_X01_an_unknown_message_is_not_found(client: SensClient) -> None:
    for path in (client.talk_path, client.sms_path):
        answer = await client.get(f"{path}/aa724ca6")
        assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize(
    ("approved", "said", "is_fit"),
    [
        ("안녕하세요", "안녕하세요", True),
        ("안녕하세요", "안녕하세요 ", False),
        ("#{name}님", "김도담님", True),
        ("#{name}님", "님", False),
        ("#{a}#{b}", "가나", True),
        ("#{a}#{b}", "가", False),
        ("가#{a}나#{b}다", "가나나나다", True),
        ("가#{a}나#{b}다", "가나나다", False),
        ("가#{a}가", "가가", False),
        ("가#{a}가", "가\n가", True),
        ("#{a} 그리고 #{b}", "하나 그리고 둘 그리고 셋", True),
        ("(.*) #{a}", "아무거나 하나", False),
        ("", "", True),
    ],
)
def test_X01_a_variable_stands_for_any_text_but_none(
    approved: str, said: str, *, is_fit: bool
) -> None:
    assert fits(approved, said) is is_fit


def test_X01_templates_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "templates.json"
    path.write_bytes(msgspec.json.encode(TEMPLATES))
    assert load_templates(path) == as_templates(TEMPLATES)
    path.write_text('{"TODAY": {"txt": "…"}}', encoding="utf-8")
    with pytest.raises(msgspec.ValidationError):
        load_templates(path)


async def test_X01_the_page_shows_what_arrived_where(client: SensClient) -> None:
    await sent(client, message(to=NO_KAKAO, useSmsFailover=True))
    client.wait(1)
    [under_way] = client.sens.shown()
    assert (under_way.state, under_way.look) == ("under way", "talk")
    client.wait(3)
    talk, text = client.sens.shown()
    assert talk.state == "failed: 3019 톡 유저가 아님, sent as a text instead"
    assert [(each.name, each.link) for each in talk.buttons] == [
        ("오늘의 결과 보기", "https://dodam.example/today/7")
    ]
    assert (text.look, text.state, text.who, text.text) == ("sms", "delivered", NO_KAKAO, TEXT)
