"""Which hand a training day is for, by a rule, and why, in words."""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from msgspec import Meta, Struct

from dodam.features.content.models.motions import TherapyHand
from dodam.platform.i18n import Language, Text


class Rule(StrEnum):
    """How the hand of a training day is found.

    `affected`: always the affected hand. `alternate`: the hands take turns over the training days,
    week after week. `ratio`: the affected hand has a share of the training days, spread evenly.
    Where both hands are affected they take turns, whatever the rule.
    """

    AFFECTED = "affected"
    ALTERNATE = "alternate"
    RATIO = "ratio"


class AskedRule(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as it is asked for; `ratio` needs the affected hand's share of the days (above 0)."""

    rule: Rule
    affected_share: Annotated[float, Meta(gt=0, le=1)] | None = None


class HandRule(Struct, frozen=True):
    """A rule and the child's hands it goes by, as they were known when the plan was made.

    `first_hand` begins where hands take turns: the affected one, or of two the preferred one.
    """

    rule: Rule
    affected_share: float | None
    affected_hand: TherapyHand
    first_hand: TherapyHand

    def hand(self, number: int) -> TherapyHand:
        """The hand of the plan's training day of a number, which counts from 0."""
        if self.takes_turns:
            return self.first_hand if number % 2 == 0 else other_hand(self.first_hand)
        resting = 1 - (1.0 if self.affected_share is None else self.affected_share)
        # Rounded so that five days at a share of 0.8 give the other hand one whole day.
        falls_to_other = int(round((number + 1) * resting, 9)) > int(round(number * resting, 9))
        return other_hand(self.affected_hand) if falls_to_other else self.affected_hand

    @property
    def takes_turns(self) -> bool:
        return self.rule is Rule.ALTERNATE or self.affected_hand is TherapyHand.BOTH


class HandReason(Struct, frozen=True):
    """Why a day trains its hand: a stable code, and a sentence in the caller's language."""

    code: str
    message: str


def other_hand(hand: TherapyHand) -> TherapyHand:
    return TherapyHand.RIGHT if hand is TherapyHand.LEFT else TherapyHand.LEFT


def reason(
    rule: HandRule | None, hand: TherapyHand, language: Language, *, is_today: bool
) -> HandReason:
    """Why `hand` is the hand of a day of a plan with `rule`, or whose days name their hands."""
    code = _code(rule, hand)
    share = Fraction(1)
    if rule is not None and rule.affected_share is not None:
        share = Fraction(rule.affected_share).limit_denominator(100)
    affected = hand if rule is None else rule.affected_hand
    message = (
        _SENTENCES[code]
        .read(language)
        .format(
            affected=_HANDS[affected].read(language),
            hand=_HANDS[hand].read(language),
            days=share.denominator,
            of_them=share.numerator,
            when=(_TODAY if is_today else _THAT_DAY).read(language),
        )
    )
    return HandReason(code, message)


def _code(rule: HandRule | None, hand: TherapyHand) -> str:
    if rule is None:
        return "both_together" if hand is TherapyHand.BOTH else "by_day"
    if rule.affected_hand is TherapyHand.BOTH:
        return "both_affected"
    is_always = rule.rule is Rule.RATIO and rule.affected_share == 1
    return Rule.AFFECTED.value if is_always else rule.rule.value


_HANDS = {
    TherapyHand.LEFT: Text(en="left hand", ko="왼손"),
    TherapyHand.RIGHT: Text(en="right hand", ko="오른손"),
    TherapyHand.BOTH: Text(en="both hands", ko="두 손"),
}
_TODAY = Text(en="Today", ko="오늘은")
_THAT_DAY = Text(en="That day", ko="이날은")
_SENTENCES = {
    "by_day": Text(
        en="The plan gives this weekday to the {hand}.",
        ko="계획에서 {hand}을 훈련하기로 정한 요일이에요.",
    ),
    "both_together": Text(
        en="The plan gives this weekday to both hands together.",
        ko="계획에서 두 손을 함께 쓰기로 정한 요일이에요.",
    ),
    "affected": Text(
        en="The {affected} is the affected one, so it is trained on every training day.",
        ko="{affected}이 불편한 손이라 훈련하는 날마다 {affected}을 훈련해요.",
    ),
    "alternate": Text(
        en="The hands take turns from one training day to the next. "
        "{when} it is the {hand}'s turn.",
        ko="훈련하는 날마다 두 손을 번갈아 훈련해요. {when} {hand} 차례예요.",
    ),
    "both_affected": Text(
        en="Both hands are affected, so they take turns from one training day to the next. "
        "{when} it is the {hand}'s turn.",
        ko="두 손이 모두 불편해서 훈련하는 날마다 번갈아 훈련해요. {when} {hand} 차례예요.",
    ),
    "ratio": Text(
        en="The {affected} is the affected one, so it is trained on {of_them} of {days} days. "
        "{when} it is the {hand}'s turn.",
        ko="{affected}이 불편한 손이라 {days}일 중 {of_them}일은 {affected}을 훈련해요. "
        "{when} {hand} 차례예요.",
    ),
}
