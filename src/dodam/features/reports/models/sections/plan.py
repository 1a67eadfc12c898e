"""The plan in force: who made it, and what each weekday asks for."""

from dodam.features.reports.models.document import Fact, Facts, Paragraph, Section, Table
from dodam.features.reports.models.wording import HANDS, PLAN_SOURCES, Words
from dodam.features.therapy.models.plans import Plan, PlanDay, PlanItem, item_hand
from dodam.platform.i18n import Text

_HEADING = Text(ko="지금의 계획", en="The plan in force")
_NO_PLAN = Text(ko="오늘 유효한 계획이 없어요.", en="No plan is in force today.")
_MADE_BY = Text(ko="만든 사람", en="Made by")
_SINCE = Text(ko="기간", en="In force")
_FROM = Text(ko="{first}부터 ({version}번째 계획)", en="From {first} (version {version})")
_BETWEEN = Text(
    ko="{first}부터 {last}까지 ({version}번째 계획)", en="{first} to {last} (version {version})"
)
_WEEK = Text(ko="한 주의 계획", en="A week of the plan")
_COLUMNS = (
    Text(ko="요일", en="Day"),
    Text(ko="손", en="Hand"),
    Text(ko="동작과 목표", en="Motions and targets"),
)
_REPETITIONS = Text(ko="{motion} {target}회", en="{motion} {target} times")
_MINUTES = Text(ko="{motion} {target}분", en="{motion} {target} min")


def plan_section(words: Words, plan: Plan | None) -> Section:
    heading = words.say(_HEADING)
    if plan is None:
        return Section(heading, [Paragraph(words.say(_NO_PLAN))])
    since = words.say(
        _FROM if plan.ends_on is None else _BETWEEN,
        first=words.day(plan.starts_on),
        last=plan.ends_on and words.day(plan.ends_on),
        version=plan.version,
    )
    facts = Facts(
        [
            Fact(words.say(_MADE_BY), words.say(PLAN_SOURCES[plan.source])),
            Fact(words.say(_SINCE), since),
        ]
    )
    return Section(heading, [facts, _week(words, plan)])


def _week(words: Words, plan: Plan) -> Table:
    """Days that ask for the same stand in one row."""
    names = words.weekdays()
    alike: dict[tuple[str, str], list[str]] = {}
    for day in sorted(plan.days, key=lambda day: day.weekday):
        content = (words.say(HANDS[day.hand]), _items(words, day))
        alike.setdefault(content, []).append(names[day.weekday - 1])
    return Table(
        caption=words.say(_WEEK),
        columns=[words.say(column) for column in _COLUMNS],
        rows=[[", ".join(days), hand, items] for (hand, items), days in alike.items()],
        words=[1, 2],
    )


def _items(words: Words, day: PlanDay) -> str:
    return " · ".join(_item(words, day, item) for item in day.items)


def _item(words: Words, day: PlanDay, item: PlanItem) -> str:
    name = words.motion(item.motion)
    hand = item_hand(item, day, words.motions)
    if hand is not day.hand:
        name = f"{name} ({words.say(HANDS[hand])})"
    if item.target_repetitions is not None:
        return words.say(_REPETITIONS, motion=name, target=item.target_repetitions)
    return words.say(_MINUTES, motion=name, target=item.target_minutes)
