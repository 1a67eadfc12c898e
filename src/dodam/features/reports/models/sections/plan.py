"""The plan in force: who made it, and what each weekday asks for."""

from dodam.features.reports.models.document import Block, Fact, Facts, Paragraph, Section, Table
from dodam.features.reports.models.wording import (
    HANDS,
    PLAN_SOURCES,
    Words,
    legible,
    percent,
)
from dodam.features.therapy.models.hands import HandRule, Rule
from dodam.features.therapy.models.plans import Plan, PlanDay, PlanItem
from dodam.platform.i18n import Text

_HEADING = Text(ko="지금의 계획", en="The plan in force")
_NO_PLAN = Text(ko="오늘 유효한 계획이 없어요.", en="No plan is in force today.")
_MADE_BY = Text(ko="만든 사람", en="Made by")
_IN_FORCE = Text(ko="기간", en="In force")
_FROM = Text(ko="{first}부터 ({version}번째 계획)", en="From {first} (version {version})")
_BETWEEN = Text(
    ko="{first}부터 {last}까지 ({version}번째 계획)", en="{first} to {last} (version {version})"
)
_HAND = Text(ko="손", en="Hand")
_RULES = {
    Rule.AFFECTED: Text(ko="언제나 불편한 손", en="Always the affected hand"),
    Rule.ALTERNATE: Text(
        ko="훈련하는 날마다 번갈아", en="The hands take turns over the training days"
    ),
    Rule.RATIO: Text(
        ko="훈련하는 날의 {share}는 불편한 손", en="The affected hand on {share} of training days"
    ),
}
_NOTE = Text(ko="남긴 말", en="Note")
_WEEK = Text(ko="한 주의 계획", en="A week of the plan")
_DAY = Text(ko="요일", en="Day")
_MOTIONS = Text(ko="동작과 목표", en="Motions and targets")
_REPETITIONS = Text(ko="{motion} {target}회", en="{motion} {target} times")
_MINUTES = Text(ko="{motion} {target}분", en="{motion} {target} min")
_AT_LEVEL = Text(ko="{item} (난이도 {level})", en="{item} (level {level})")


def plan_section(words: Words, plan: Plan | None, maker: str | None) -> Section:
    """`maker` is the name of the member of staff who made it."""
    heading = words.say(_HEADING)
    if plan is None:
        return Section(heading, [Paragraph(words.say(_NO_PLAN))])
    source = words.say(PLAN_SOURCES[plan.source])
    in_force = words.say(
        _FROM if plan.last_day is None else _BETWEEN,
        first=words.day(plan.starts_on),
        last=plan.last_day and words.day(plan.last_day),
        version=plan.version,
    )
    facts = [
        Fact(words.say(_MADE_BY), source if maker is None else f"{source} · {legible(maker)}"),
        Fact(words.say(_IN_FORCE), in_force),
    ]
    if plan.hand_rule is not None:
        facts.append(Fact(words.say(_HAND), _rule(words, plan.hand_rule)))
    if plan.note is not None:
        facts.append(Fact(words.say(_NOTE), legible(plan.note)))
    blocks: list[Block] = [Facts(facts), _week(words, plan)]
    return Section(heading, blocks)


def _rule(words: Words, rule: HandRule) -> str:
    chosen = Rule.ALTERNATE if rule.takes_turns else rule.rule
    return words.say(_RULES[chosen], share=percent(rule.affected_share))


def _week(words: Words, plan: Plan) -> Table:
    """Days that ask for the same stand in one row."""
    names = words.weekdays()
    alike: dict[tuple[str, ...], list[str]] = {}
    for day in sorted(plan.days, key=lambda day: day.weekday):
        hand = () if day.hand is None else (words.say(HANDS[day.hand]),)
        alike.setdefault((*hand, _items(words, day)), []).append(names[day.weekday - 1])
    columns = [_DAY, _MOTIONS] if plan.hand_rule else [_DAY, _HAND, _MOTIONS]
    return Table(
        caption=words.say(_WEEK),
        columns=[words.say(column) for column in columns],
        rows=[[", ".join(days), *content] for content, days in alike.items()],
        words=[1, 2],
        wide=len(columns) - 1,
    )


def _items(words: Words, day: PlanDay) -> str:
    return " · ".join(_item(words, item) for item in day.items)


def _item(words: Words, item: PlanItem) -> str:
    if item.target_repetitions is not None:
        asked = words.say(
            _REPETITIONS, motion=words.motion(item.motion), target=item.target_repetitions
        )
    else:
        asked = words.say(_MINUTES, motion=words.motion(item.motion), target=item.target_minutes)
    if item.difficulty is None:
        return asked
    return words.say(_AT_LEVEL, item=asked, level=item.difficulty)
