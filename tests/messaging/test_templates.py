"""N01: texts are what KakaoTalk approved, with every variable filled in."""

from importlib import resources
from pathlib import Path

import msgspec
import pytest

from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.models.templates import AlimtalkTemplate, WrongTemplate
from dodam.features.messaging.service.templates import ALIMTALK_TEMPLATES, Templates
from dodam_sim.world.sens.account import TalkButton, load_templates

NUMBER = "+821012345678"
VALUES = {
    MessageKind.WELCOME: {"보호자": "김하늘"},
    MessageKind.THERAPY_GOAL_REACHED: {"아이": "민준", "날짜": "3월 18일"},
    MessageKind.DAILY_RESULT: {
        "아이": "민준",
        "날짜": "3월 18일",
        "목표": "쉬는 날",
        "시간": "13분",
        "반복": "120회 중 96회 성공",
        "연속": "4일",
        "주간": "계획한 3일 중 3일 참여",
        "다음": "3월 20일(금) 17:00 왼손 5가지",
    },
    MessageKind.SUBSCRIPTION_STARTED: {"스토어": "App Store", "날짜": "2026년 4월 18일"},
    MessageKind.PAYMENT_FAILED: {"스토어": "Google Play", "기한": "2026년 3월 24일까지"},
    MessageKind.PRICE_INCREASE: {
        "스토어": "App Store",
        "가격": "9,900 KRW",
        "날짜": "2026년 5월 18일",
    },
    MessageKind.SUBSCRIPTION_ENDED: {"스토어": "Google Play", "까닭": "해지"},
}
APPROVED = load_templates(
    Path(str(resources.files("dodam.features.messaging").joinpath(ALIMTALK_TEMPLATES)))
)
TEMPLATES = Templates.load()


def _with(kind: MessageKind, text: str, sms: str = "x") -> Templates:
    """The templates of this release, but one."""
    known = TEMPLATES.kinds[kind]
    kinds = {**TEMPLATES.kinds, kind: msgspec.structs.replace(known, text=sms)}
    others = {code: AlimtalkTemplate(approved.text) for code, approved in APPROVED.items()}
    return Templates(kinds, {**others, known.template: AlimtalkTemplate(text)})


@pytest.mark.parametrize("kind", MessageKind)
def test_N01_what_is_rendered_is_what_was_approved(kind: MessageKind) -> None:
    message = TEMPLATES.render(kind, NUMBER, VALUES[kind])
    approved = APPROVED[TEMPLATES.kinds[kind].template]
    buttons = msgspec.convert(message.buttons, list[TalkButton])
    assert approved.fits(message.content, buttons)
    for value in VALUES[kind].values():
        assert value in message.content
    assert "#{" not in message.content + message.text


@pytest.mark.parametrize("kind", MessageKind)
def test_N01_a_text_in_its_stead_can_be_shown_by_every_phone(kind: MessageKind) -> None:
    text = TEMPLATES.render(kind, NUMBER, VALUES[kind]).text
    assert text.startswith("[도담]")
    assert text.encode("euc-kr").decode("euc-kr") == text


def test_N01_every_template_is_some_kinds() -> None:
    assert {each.template for each in TEMPLATES.kinds.values()} == set(APPROVED)


@pytest.mark.parametrize("template", APPROVED.values(), ids=list(APPROVED))
@pytest.mark.parametrize("word", ["(광고)", "할인", "이벤트", "쿠폰", "무료", "구매"])
def test_N01_templates_inform_and_do_not_advertise(template: object, word: str) -> None:
    """Alimtalk is for information a person asked for; advertising has rules of its own."""
    assert word not in str(template)


def test_N01_a_variable_that_is_not_known_is_refused_when_templates_are_loaded() -> None:
    with pytest.raises(WrongTemplate):
        _with(MessageKind.WELCOME, "#{보호자}님 #{혜택}")
    with pytest.raises(WrongTemplate):
        _with(MessageKind.WELCOME, "#{보호자}님", "#{혜택}")


def test_N01_a_value_that_no_variable_asks_for_is_refused() -> None:
    with pytest.raises(WrongTemplate):
        _with(MessageKind.WELCOME, "안녕하세요")
    with pytest.raises(WrongTemplate):
        TEMPLATES.render(MessageKind.WELCOME, NUMBER, {"보호자": "김하늘", "아이": "민준"})


def test_N01_a_missing_value_is_refused() -> None:
    with pytest.raises(WrongTemplate):
        TEMPLATES.render(MessageKind.WELCOME, NUMBER, {})


def test_N01_a_template_that_may_come_out_too_long_is_refused() -> None:
    _with(MessageKind.WELCOME, "#{보호자}" + "가" * 960)
    with pytest.raises(WrongTemplate):
        _with(MessageKind.WELCOME, "#{보호자}" + "가" * 961)
    _with(MessageKind.WELCOME, "#{보호자}", "가" * 1000)
    with pytest.raises(WrongTemplate):
        _with(MessageKind.WELCOME, "#{보호자}", "가" * 1001)


def test_N01_a_kind_without_a_template_is_refused() -> None:
    with pytest.raises(WrongTemplate):
        Templates(TEMPLATES.kinds, {})
    with pytest.raises(WrongTemplate):
        Templates({}, {})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("김\n하늘\t", "김 하늘"),
        ("#{날짜}", "#{날짜}"),
        ("김하늘 😀", "김하늘 😀"),
        ("\u2028", "-"),
    ],
)
def test_N01_a_name_changes_nothing_of_what_was_approved(name: str, shown: str) -> None:
    values = VALUES[MessageKind.THERAPY_GOAL_REACHED] | {"아이": name}
    message = TEMPLATES.render(MessageKind.THERAPY_GOAL_REACHED, NUMBER, values)
    assert f"\n{shown} 어린이가 3월 18일에" in message.content
    approved = APPROVED["dodam_goal_reached_1"]
    assert approved.fits(message.content, msgspec.convert(message.buttons, list[TalkButton]))


def test_N01_what_no_phone_can_show_becomes_a_question_mark_in_the_text() -> None:
    message = TEMPLATES.render(MessageKind.WELCOME, NUMBER, {"보호자": "하늘😀"})
    assert "하늘?님" in message.text
    assert "하늘😀님" in message.content
