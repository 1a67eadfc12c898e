"""N01: Alimtalk by SENS, over a line that can be bad."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, Request, get, post
from litestar.response import Response

from dodam.adapters.message_folder import MessageFolder
from dodam.adapters.sens.access import SensAccess, text_fields
from dodam.adapters.sens.alimtalk import SensAlimtalk
from dodam.features.messaging.models.outgoing import NotTaken, Outgoing, Result, Taken
from dodam.features.messaging.models.states import State
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater
from dodam_sim.families.chance import stream
from dodam_sim.serving import serving
from dodam_sim.world.faults import WELL, Fault, Faults, Faulty
from dodam_sim.world.sens.account import SensAccount, load_templates
from dodam_sim.world.sens.service import Sens
from tests.clock import StoppedClock

WELCOME = "dodam_welcome_1"
TEMPLATES = Path(str(resources.files("dodam.features.messaging"))) / "alimtalk_templates.json"
NUMBER = "+821012345678"
NOT_ON_KAKAO = "+821012340000"
UNREACHABLE = "+821012340009"


@dataclass
class Korea:
    alimtalk: SensAlimtalk
    sens: Sens
    line: Faulty
    clock: StoppedClock

    async def taken(self, *messages: Outgoing) -> list[Taken]:
        fates = await self.alimtalk.send(WELCOME, messages)
        assert all(isinstance(each, Taken) for each in fates)
        return [each for each in fates if isinstance(each, Taken)]

    async def results(self, taken: Taken) -> Result | None:
        found = await self.alimtalk.results(taken.request_id, [taken.message_id])
        return found.get(taken.message_id)


def _access(url: str, account: SensAccount) -> SensAccess:
    return SensAccess(
        url, account.talk_service_id, account.access_key, account.secret_key, *account.senders
    )


@pytest.fixture
async def korea(clock: StoppedClock) -> AsyncIterator[Korea]:
    sens = Sens(clock.now, SensAccount(templates=load_templates(TEMPLATES)))
    line = Faulty(sens, stream(7, "sens"))
    async with serving(line) as url:
        alimtalk = SensAlimtalk(_access(url, sens.account), "@dodam", clock)
        yield Korea(alimtalk, sens, line, clock)


def welcome(number: str = NUMBER, name: str = "김하늘") -> Outgoing:
    described: dict[str, Any] = json.loads(TEMPLATES.read_text(encoding="utf-8"))[WELCOME]
    return Outgoing(
        number=number,
        content=described["text"].replace("#{보호자}", name),
        buttons=described["buttons"],
        text=f"[도담] {name}님, 환영합니다.",
    )


async def test_N01_an_order_carries_up_to_a_hundred_messages_of_one_template(korea: Korea) -> None:
    messages = [welcome(f"+8210{20_001_100 + number}") for number in range(100)]
    taken = await korea.taken(*messages)
    assert [each.message_id for each in korea.sens.talks] == [each.message_id for each in taken]
    assert {each.request_id for each in taken} == {korea.sens.talks[0].request_id}
    [first, *_] = korea.sens.talks
    assert (first.channel, first.template, first.message.to) == ("@dodam", WELCOME, "01020001100")
    assert first.message.content == messages[0].content


async def test_N01_what_is_sent_is_what_was_approved(korea: Korea) -> None:
    [taken] = await korea.taken(welcome())
    korea.clock.advance(timedelta(seconds=5))
    assert await korea.results(taken) == Result(State.DELIVERED)


async def test_N01_a_result_is_not_known_at_once(korea: Korea) -> None:
    [taken] = await korea.taken(welcome())
    assert await korea.results(taken) is None


async def test_N01_a_text_follows_where_kakaotalk_does_not_reach(korea: Korea) -> None:
    [taken] = await korea.taken(welcome(NOT_ON_KAKAO))
    korea.clock.advance(timedelta(seconds=3))
    assert await korea.results(taken) is None
    korea.clock.advance(timedelta(seconds=3))
    assert await korea.results(taken) == Result(State.DELIVERED_BY_SMS, "3019")
    [text] = korea.sens.messages
    assert (text.to, text.sender, text.kind) == ("01012340000", "15881234", "SMS")
    assert text.content == "[도담] 김하늘님, 환영합니다."


async def test_N01_neither_may_arrive(korea: Korea) -> None:
    korea.sens.account.not_on_kakao.add("0009")
    [taken] = await korea.taken(welcome(UNREACHABLE))
    korea.clock.advance(timedelta(seconds=10))
    assert await korea.results(taken) == Result(State.FAILED, "3019")


async def test_N01_an_order_of_a_hundred_is_asked_for_whole(korea: Korea) -> None:
    numbers = [f"+8210{30_001_100 + number}" for number in range(99)]
    taken = await korea.taken(*map(welcome, [*numbers, NOT_ON_KAKAO]))
    korea.clock.advance(timedelta(seconds=10))
    ids = [each.message_id for each in taken]
    found = await korea.alimtalk.results(taken[0].request_id, ids)
    states = [found[each].state for each in ids]
    assert states == [State.DELIVERED] * 99 + [State.DELIVERED_BY_SMS]


async def test_N01_what_was_taken_is_found_by_number_template_and_words(korea: Korea) -> None:
    mine, childs = await korea.taken(welcome(name="김하늘"), welcome(name="김바다"))
    since = korea.clock.now() - timedelta(minutes=1)
    content = welcome(name="김바다").content
    assert await korea.alimtalk.find(WELCOME, NUMBER, content, since) == [childs]
    assert mine not in await korea.alimtalk.find(WELCOME, NUMBER, content, since)
    assert await korea.alimtalk.find("another", NUMBER, content, since) == []
    assert await korea.alimtalk.find(WELCOME, "+821099999999", content, since) == []


async def test_N01_what_was_taken_before_then_is_not_found(korea: Korea) -> None:
    await korea.taken(welcome())
    korea.clock.advance(timedelta(hours=1))
    since = korea.clock.now() - timedelta(minutes=5)
    assert await korea.alimtalk.find(WELCOME, NUMBER, welcome().content, since) == []


async def test_N01_every_page_of_what_was_taken_is_looked_at(korea: Korea) -> None:
    for number in range(101):
        await korea.taken(welcome(name=f"김{number}"))
    since = korea.clock.now() - timedelta(minutes=1)
    found = await korea.alimtalk.find(WELCOME, NUMBER, welcome(name="김0").content, since)
    assert [each.message_id for each in found] == [korea.sens.talks[0].message_id]


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.HALF, Fault.BROKEN, Fault.GARBAGE])
async def test_N01_without_an_answer_it_may_be_done(korea: Korea, fault: Fault) -> None:
    korea.line.faults = Faults.always(fault)
    with pytest.raises(PerhapsDone):
        await korea.alimtalk.send(WELCOME, [welcome()])
    korea.line.faults = WELL
    assert len(korea.sens.talks) == (1 if fault in {Fault.LOST, Fault.HALF} else 0)


async def test_N01_a_service_that_is_busy_did_nothing_and_says_when_to_come_again(
    korea: Korea,
) -> None:
    korea.line.faults = Faults.always(Fault.BUSY, busy_seconds=17)
    with pytest.raises(TryLater) as refusal:
        await korea.alimtalk.send(WELCOME, [welcome()])
    assert not isinstance(refusal.value, PerhapsDone)
    assert refusal.value.after == timedelta(seconds=17)


async def test_N01_nobody_there_did_nothing(clock: StoppedClock) -> None:
    async with serving(Sens(clock.now)) as url:
        gone = url
    with pytest.raises(TryLater) as refusal:
        await SensAlimtalk(_access(gone, SensAccount()), "@dodam", clock).send(WELCOME, [welcome()])
    assert not isinstance(refusal.value, PerhapsDone)


async def test_N01_a_key_that_is_not_right_is_waited_for(korea: Korea) -> None:
    korea.sens.account.secret_key = "another key"
    for call in (
        korea.alimtalk.send(WELCOME, [welcome()]),
        korea.alimtalk.find(WELCOME, NUMBER, "", korea.clock.now()),
        korea.alimtalk.results("RSLA-1", ["1"]),
    ):
        with pytest.raises(TryLater) as refusal:
            await call
        assert not isinstance(refusal.value, PerhapsDone)
        assert refusal.value.reason == "SENS does not let us in: 401"


async def test_N01_a_template_that_is_not_approved_cannot_be_sent(korea: Korea) -> None:
    with pytest.raises(CannotBeDone) as refusal:
        await korea.alimtalk.send("dodam_unknown", [welcome()])
    assert refusal.value.reason == "SENS refused the request: 400"


async def test_N01_one_message_of_an_order_may_be_refused(clock: StoppedClock) -> None:
    """As the guide has it, each message of the answer has a status of its own."""

    @post("/alimtalk/v2/services/{service:str}/messages", status_code=202)
    async def answer(request: Request[Any, Any, Any]) -> dict[str, Any]:
        order = await request.json()
        messages = [
            {
                "messageId": each["to"],
                "to": each["to"],
                "content": each["content"],
                "requestStatusCode": "A000" if number else "A006",
                "requestStatusName": "success" if number else "fail",
            }
            for number, each in enumerate(order["messages"])
        ]
        return {"requestId": "RSLA-1", "messages": messages[:2][::-1]}

    async with serving(Litestar([answer], openapi_config=None)) as url:
        alimtalk = SensAlimtalk(_access(url, SensAccount()), "@dodam", clock)
        numbers = ["+821012345678", "+821012345679", "+821012345670"]
        fates = await alimtalk.send(WELCOME, [welcome(number) for number in numbers])
    assert fates == [NotTaken("A006"), Taken("RSLA-1", "01012345679"), None]


async def test_N01_a_message_whose_order_failed_has_failed(clock: StoppedClock) -> None:
    listed = {"messageId": "1", "to": "01012345678", "requestId": "RSLA-1"}
    refused = {"requestStatusCode": "A001", "requestStatusName": "fail", "useSmsFailover": True}

    @get("/alimtalk/v2/services/{service:str}/messages")
    async def answer() -> Response[dict[str, Any]]:
        return Response({"messages": [listed | refused], "hasMore": False})

    async with serving(Litestar([answer], openapi_config=None)) as url:
        alimtalk = SensAlimtalk(_access(url, SensAccount()), "@dodam", clock)
        results = await alimtalk.results("RSLA-1", ["1"])
        found = await alimtalk.find(WELCOME, NUMBER, welcome().content, clock.now())
    assert results == {"1": Result(State.FAILED, "A001")}
    assert found == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [("가" * 45, "SMS"), ("가" * 45 + ".", "LMS"), ("a" * 90, "SMS"), ("a" * 91, "LMS")],
)
def test_N01_a_texts_length_in_euc_kr_decides_how_it_goes(text: str, kind: str) -> None:
    assert text_fields(text) == {"type": kind, "content": text}


async def test_N01_what_is_signed_is_the_address_with_its_query(clock: StoppedClock) -> None:
    """A space, a colon, and an @ are signed as they are sent."""
    sens = Sens(clock.now)
    async with serving(sens) as url:
        alimtalk = SensAlimtalk(_access(url, sens.account), "@dodam", clock)
        assert await alimtalk.find("a b:c/@d", NUMBER, "x", clock.now()) == []


async def test_N01_without_a_messenger_messages_are_files_of_their_owner(tmp_path: Path) -> None:
    folder = MessageFolder(tmp_path / "messages")
    message = welcome()
    since = StoppedClock().now()
    assert await folder.find(WELCOME, NUMBER, message.content, since) == []
    [taken] = await folder.send(WELCOME, [message])
    assert isinstance(taken, Taken)
    [path] = (tmp_path / "messages").iterdir()
    assert path.name == f"{NUMBER} {WELCOME}.txt"
    written = path.read_text(encoding="utf-8")
    assert "김하늘님" in written
    assert "[도담 열기]" in written
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(await folder.find(WELCOME, NUMBER, message.content, since)) == 1
    assert await folder.find(WELCOME, NUMBER, "something else", since) == []
    arrived = {taken.message_id: Result(State.DELIVERED)}
    assert await folder.results(taken.request_id, [taken.message_id]) == arrived


async def test_N01_a_text_message_is_as_long_as_it_needs(korea: Korea) -> None:
    """The text in an Alimtalk's stead goes as LMS where it does not fit an SMS."""
    long = Outgoing(
        number=NOT_ON_KAKAO, content=welcome().content, buttons=welcome().buttons, text="가" * 60
    )
    await korea.taken(long)
    korea.clock.advance(timedelta(seconds=5))
    [text] = korea.sens.messages
    assert (text.kind, text.content) == ("LMS", "가" * 60)
