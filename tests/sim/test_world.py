"""The outside world as one: every service behind its path, told to be unwell, shown on a page."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import httpx
import pytest

from dodam_sim.serving import PortTakenError
from dodam_sim.world.faults import Fault, Faults
from dodam_sim.world.sens.account import as_templates
from dodam_sim.world.world import World, running_world
from tests.sim import test_hospital
from tests.sim.sens_client import signed

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
BUTTON = {
    "type": "WL",
    "name": "결과 보기",
    "linkMobile": "https://dodam.example/today",
    "linkPc": "https://dodam.example/today",
}
TEMPLATES = as_templates({"TODAY": {"text": "#{name}님, 참 잘했어요.", "buttons": [BUTTON]}})


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with running_world(lambda: NOW, templates=TEMPLATES) as served:
        yield served


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=world.page, timeout=2) as client:
        yield client


async def send_talk(world: World, http: httpx.AsyncClient, name: str = "김도담") -> httpx.Response:
    account = world.sens.account
    url = httpx.URL(f"{world.urls['sens']}/alimtalk/v2/services/{account.talk_service_id}/messages")
    message = {"to": "01012345678", "content": f"{name}님, 참 잘했어요.", "buttons": [BUTTON]}
    order = {"plusFriendId": "@dodam", "templateCode": "TODAY", "messages": [message]}
    headers = signed(account, url.raw_path.decode(), NOW)
    return await http.post(url, json=order, headers=headers)


async def send_webhook(world: World, http: httpx.AsyncClient) -> httpx.Response:
    headers = test_hospital.signed()
    return await http.post(world.urls["webhooks"], content=test_hospital.BODY, headers=headers)


async def send_mail(world: World, subject: str = "안녕하세요", text: str = "도담입니다.") -> None:
    url = httpx.URL(world.urls["smtp"])
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "dodam@dodam.example", "me@home.example", subject
    mail.set_content(text)
    await aiosmtplib.send(mail, hostname=url.host, port=url.port, start_tls=False)


async def test_X01_every_service_is_found_under_its_name(
    world: World, http: httpx.AsyncClient
) -> None:
    """SENS signs the path as it is asked for: with the world's prefix."""
    assert (await send_talk(world, http)).status_code == 202
    assert (await send_webhook(world, http)).status_code == 204
    await send_mail(world)
    listed = (await http.get("/services")).json()
    assert {each["name"]: each["received"] for each in listed} == {
        name: int(name in {"sens", "webhooks", "smtp"}) for name in world.members
    }
    assert {each["name"]: each["url"] for each in listed} == world.urls


async def test_X01_the_page_shows_what_was_received(world: World, http: httpx.AsyncClient) -> None:
    await send_talk(world, http)
    await send_webhook(world, http)
    await send_mail(world, "도담 가입", "https://dodam.example/verify?token=abc 을 눌러 주세요.")
    page = await http.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for said in [
        "김도담님, 참 잘했어요.",
        'href="https://dodam.example/today"',
        "결과 보기",
        "도담 가입",
        'href="https://dodam.example/verify?token=abc"',
        "child.result",
        ">21:00:00</time>",
    ]:
        assert said in page.text


@pytest.mark.parametrize("path", ["/", "/services/smtp/received"])
async def test_X01_what_was_received_does_nothing_on_the_page(
    world: World, http: httpx.AsyncClient, path: str
) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    await send_mail(world, hostile, f"{hostile} javascript:alert(1)")
    answer = await http.get(path)
    if path == "/":
        assert hostile not in answer.text
        assert 'href="javascript' not in answer.text
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    else:
        assert answer.headers["content-type"] == "application/json"


async def test_X01_the_page_needs_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    page = (await http.get("/")).text
    assets = re.findall(r'(?:src|href)="([^"#]+\.[a-z]+)"', page)
    assert assets == ["/page.css", "/page.js"]
    for asset, kind in zip(assets, ["text/css", "text/javascript"], strict=True):
        answer = await http.get(asset)
        assert answer.headers["content-type"].startswith(kind)
        assert "http" not in answer.text


async def test_X01_a_button_leads_to_web_pages_only(world: World, http: httpx.AsyncClient) -> None:
    link = {"type": "WL", "name": "누르기", "linkMobile": "javascript:alert(1)", "linkPc": "x"}
    world.sens.account.templates["TODAY"] = as_templates(
        {"TODAY": {"text": "#{name}님, 참 잘했어요.", "buttons": [link]}}
    )["TODAY"]
    account = world.sens.account
    path = f"/sens/alimtalk/v2/services/{account.talk_service_id}/messages"
    message = {"to": "01012345678", "content": "김도담님, 참 잘했어요.", "buttons": [link]}
    order = {"plusFriendId": "@dodam", "templateCode": "TODAY", "messages": [message]}
    await http.post(path, json=order, headers=signed(account, path, NOW))
    page = (await http.get("/")).text
    assert "누르기" in page
    assert "javascript:alert" not in page


async def test_X01_what_was_received_is_told_as_json_newest_first(
    world: World, http: httpx.AsyncClient
) -> None:
    await send_talk(world, http, "김하나")
    await send_talk(world, http, "김두리")
    received = (await http.get("/services/sens/received")).json()
    assert {each["who"] for each in received} == {"01012345678"}
    assert [each["at"] for each in received] == ["2026-03-18T12:00:00Z"] * 2
    assert received[0]["buttons"] == [{"name": "결과 보기", "link": "https://dodam.example/today"}]


async def test_X01_a_service_is_told_to_be_unwell_over_http(
    world: World, http: httpx.AsyncClient
) -> None:
    told = await http.put("/services/sens/faults", json={"busy": 1, "busy_seconds": 30})
    assert told.status_code == 200
    answer = await send_talk(world, http)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert (await send_webhook(world, http)).status_code == 204
    assert (await http.get("/services/sens/faults")).json()["busy"] == 1
    await http.put("/services/sens/faults", json={})
    assert (await send_talk(world, http)).status_code == 202


async def test_X01_a_lost_answer_is_a_message_all_the_same(
    world: World, http: httpx.AsyncClient
) -> None:
    world.members["sens"].line.faults = Faults.always(Fault.LOST)
    with pytest.raises(httpx.NetworkError):
        await send_talk(world, http)
    assert len(world.sens.talks) == 1


@pytest.mark.parametrize(
    ("path", "told", "status"),
    [
        ("/services/nobody/faults", {}, 404),
        ("/services/sens/faults", {"down": 2}, 400),
        ("/services/sens/faults", {"down": 0.7, "lost": 0.7}, 400),
        ("/services/sens/faults", {"up": 1}, 400),
        ("/services/sens/faults", [], 400),
    ],
)
async def test_X01_a_wrong_order_to_be_unwell_changes_nothing(
    world: World, http: httpx.AsyncClient, path: str, told: Any, status: int
) -> None:
    before = world.members["sens"].line.faults
    assert (await http.put(path, json=told)).status_code == status
    assert world.members["sens"].line.faults == before
    assert (await http.get("/services/nobody/received")).status_code == 404


@pytest.mark.parametrize(
    ("form", "faults", "badge"),
    [
        ({"fault": "slow", "percent": "50", "seconds": "7"}, {"slow": 0.5}, "50 % slow"),
        ({"fault": "well", "percent": "50", "seconds": "7"}, {}, "well"),
        (
            {"fault": "flaky", "percent": "40", "seconds": "7"},
            {each.value: 0.05 for each in Fault},
            "40 % go wrong",
        ),
    ],
)
async def test_X01_a_form_tells_a_service_to_be_unwell(
    world: World,
    http: httpx.AsyncClient,
    form: dict[str, str],
    faults: dict[str, float],
    badge: str,
) -> None:
    answer = await http.post("/services/smtp/faults", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/#smtp")
    shares = world.members["smtp"].line.faults.shares()
    assert {fault.value: share for fault, share in shares.items() if share} == faults
    state = (await http.get("/")).text.split('id="smtp-state" data-live>')[1].split("</span>")[0]
    assert state.strip() == badge


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"fault": "gone", "percent": "50", "seconds": "1"},
        {"fault": "slow", "percent": "101", "seconds": "1"},
        {"fault": "slow", "percent": "many", "seconds": "1"},
        {"fault": "slow", "percent": "50", "seconds": "-1"},
        {"fault": "slow", "percent": "nan", "seconds": "1"},
    ],
)
async def test_X01_a_wrong_form_is_refused(
    world: World, http: httpx.AsyncClient, form: dict[str, str]
) -> None:
    assert (await http.post("/services/smtp/faults", data=form)).status_code == 400
    assert world.smtp.faults == Faults()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_X01_another_sites_page_cannot_change_the_world(
    world: World, http: httpx.AsyncClient, site: str
) -> None:
    form = {"fault": "down", "percent": "100", "seconds": "1"}
    headers = {"sec-fetch-site": site}
    answer = await http.post("/services/sens/faults", data=form, headers=headers)
    assert answer.status_code == 401
    assert world.members["sens"].line.faults == Faults()


async def test_X01_two_worlds_do_not_share_a_port(world: World) -> None:
    port = httpx.URL(world.page).port
    assert port is not None
    with pytest.raises(PortTakenError, match=str(port)):
        async with running_world(port=port):
            pass


@pytest.mark.parametrize("path", ["/sens", "/sens/", "//sens", "/sensible", "/%00"])
async def test_X01_a_path_that_leads_nowhere_is_not_found(
    world: World, http: httpx.AsyncClient, path: str
) -> None:
    answer = await http.get(httpx.URL(world.page, raw_path=path.encode()))
    assert answer.status_code == 404
