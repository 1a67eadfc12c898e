"""What a plan may hold, and how it is made to fit a child."""

from collections.abc import Mapping, Sequence

from dodam.features.children.models.children import AffectedHand, Child, DominantHand
from dodam.features.content.models.motions import Motion, TherapyHand
from dodam.features.therapy import errors
from dodam.features.therapy.models.hands import AskedRule, HandRule, Rule
from dodam.features.therapy.models.plans import DefaultPlanRules, PlanDay
from dodam.platform.errors import FieldError
from dodam.platform.i18n import Text


def default_rule(child: Child, rules: DefaultPlanRules) -> AskedRule:
    """With one hand affected it has its share of the days; with both they take turns."""
    if child.affected_hand is AffectedHand.BOTH:
        return AskedRule(rule=Rule.ALTERNATE)
    return AskedRule(rule=Rule.RATIO, affected_share=rules.affected_share)


def hands_of(child: Child, rule: AskedRule | HandRule | None) -> HandRule | None:
    """A rule with the hands of the child."""
    if rule is None:
        return None
    return HandRule(
        rule=rule.rule,
        affected_share=rule.affected_share,
        affected_hand=TherapyHand(child.affected_hand),
        first_hand=first_hand(child),
    )


def first_hand(child: Child) -> TherapyHand:
    """The affected hand; of two the one the child prefers, the right one if it is undecided."""
    if child.affected_hand is not AffectedHand.BOTH:
        return TherapyHand(child.affected_hand)
    prefers_left = child.dominant_hand is DominantHand.LEFT
    return TherapyHand.LEFT if prefers_left else TherapyHand.RIGHT


def wrong_days(
    days: Sequence[PlanDay], rule: AskedRule | None, catalogue: Mapping[str, Motion]
) -> list[FieldError]:
    """What is wrong with the days of a plan, and with how their hands are found."""
    wrong: list[FieldError] = []
    weekdays: set[int] = set()
    if rule is not None and (rule.rule is Rule.RATIO) is (rule.affected_share is None):
        wrong.append(errors.SHARE_WITH_RATIO)
    for d, day in enumerate(days):
        if day.weekday in weekdays:
            wrong.append(FieldError(f"days[{d}].weekday", "repeated", errors.WEEKDAY_TWICE))
        weekdays.add(day.weekday)
        if (day.hand is None) is (rule is None):
            wrong.append(FieldError(f"days[{d}].hand", "hand_or_rule", errors.HAND_OR_RULE))
        motions: set[str] = set()
        for i, item in enumerate(day.items):
            path = f"days[{d}].items[{i}]"
            if (item.target_repetitions is None) is (item.target_minutes is None):
                wrong.append(FieldError(path, "one_target", errors.ONE_TARGET))
            if unfit := _wrong_motion(catalogue.get(item.motion), day.hand):
                wrong.append(FieldError(f"{path}.motion", *unfit))
            if item.motion in motions:
                wrong.append(FieldError(f"{path}.motion", "repeated", errors.MOTION_TWICE))
            motions.add(item.motion)
    return wrong


def _wrong_motion(motion: Motion | None, hand: TherapyHand | None) -> tuple[str, Text] | None:
    if motion is None:
        return "unknown_motion", errors.MOTION_UNKNOWN
    if motion.retired:
        return "retired_motion", errors.MOTION_RETIRED
    if hand is TherapyHand.BOTH and not motion.bimanual:
        return "one_handed", errors.ONE_HANDED
    return None
