"""The texts of this release, checked as they are loaded."""

from collections.abc import Mapping
from importlib import resources

import msgspec

from dodam.features.messaging.models.kinds import KindOfMessage, MessageKind
from dodam.features.messaging.models.outgoing import Outgoing
from dodam.features.messaging.models.templates import AlimtalkTemplate, WrongTemplate, rendered

# In the package: what is registered with KakaoTalk, code by code.
ALIMTALK_TEMPLATES = "alimtalk_templates.json"
MOST_OF_A_NAME = 40
_NAME = "가" * MOST_OF_A_NAME
# Every variable of a kind, at its longest.
_LONGEST: Mapping[MessageKind, Mapping[str, str]] = {
    MessageKind.WELCOME: {"보호자": _NAME},
    MessageKind.THERAPY_GOAL_REACHED: {"아이": _NAME, "날짜": "12월 31일"},
    MessageKind.DAILY_RESULT: {
        "아이": _NAME,
        "날짜": "12월 31일",
        "목표": "100가지 운동 중 100가지 완료",
        "시간": "1,440분",
        "반복": "1,000,000회 중 1,000,000회 성공",
        "연속": "10,000일",
        "주간": "계획한 7일 중 7일 참여",
        "다음": "12월 31일(월) 23:59 오른손 100가지",
    },
    MessageKind.SUBSCRIPTION_STARTED: {"스토어": "Google Play", "날짜": "2026년 12월 31일"},
    MessageKind.PAYMENT_FAILED: {"스토어": "Google Play", "기한": "2026년 12월 31일까지"},
    MessageKind.PRICE_INCREASE: {
        "스토어": "Google Play",
        "가격": "1,000,000,000 KRW",
        "날짜": "2026년 12월 31일",
    },
    MessageKind.SUBSCRIPTION_ENDED: {
        "스토어": "Google Play",
        "까닭": "오른 구독료에 동의하지 않음",
    },
}


class Templates:
    def __init__(
        self,
        kinds: Mapping[MessageKind, KindOfMessage],
        templates: Mapping[str, AlimtalkTemplate],
    ) -> None:
        """Raises WrongTemplate for what could not be sent, whatever it is filled with."""
        self.kinds = kinds
        self._templates = templates
        for kind in MessageKind:
            if kind not in kinds or kinds[kind].template not in templates:
                raise WrongTemplate(f"there is no template of {kind}")
            self.render(kind, "+821000000000", _LONGEST[kind])

    @classmethod
    def load(cls) -> "Templates":
        """Raises WrongTemplate, msgspec.MsgspecError."""
        package = resources.files("dodam.features.messaging")
        return cls(
            msgspec.json.decode(
                package.joinpath("kinds.json").read_bytes(), type=dict[MessageKind, KindOfMessage]
            ),
            msgspec.json.decode(
                package.joinpath(ALIMTALK_TEMPLATES).read_bytes(), type=dict[str, AlimtalkTemplate]
            ),
        )

    def render(self, kind: MessageKind, number: str, values: Mapping[str, str]) -> Outgoing:
        """Raises WrongTemplate."""
        known = self.kinds[kind]
        return rendered(known, self._templates[known.template], number, values)
