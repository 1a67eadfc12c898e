"""What the child reached, and how it stands beside its own beginning."""

from collections.abc import Sequence

from dodam.features.outcomes.models.estimates import Verdict
from dodam.features.outcomes.models.results import (
    AtLevel,
    BaselineComparison,
    Best,
    BestKind,
    MotionResult,
    Results,
)
from dodam.features.reports.models.document import Block, Paragraph, Section, Table
from dodam.features.reports.models.most_played import MOST_ROWS, most_played
from dodam.features.reports.models.sections.notes import Note, noted
from dodam.features.reports.models.wording import (
    NONE,
    POINTS,
    Words,
    decimal,
    estimated,
    percent,
    signed,
    whole,
)
from dodam.platform.i18n import Text

_HEADING = Text(ko="나아진 점", en="Progress")
_NOTHING = Text(ko="비교할 만한 기록이 아직 없어요.", en="There is nothing to compare yet.")
_MOTION = Text(ko="동작 · 손", en="Motion · hand")
_BASELINE = noted(
    Text(ko="처음 2주와 마지막 2주", en="The first two weeks and the last two"), Note.BASELINE
)
_BASELINE_COLUMNS = (
    _MOTION,
    Text(ko="시작한 날", en="Begun"),
    Text(ko="비교 난이도", en="Compared at"),
    Text(ko="성공률", en="Success"),
    Text(ko="변화 (95%)", en="Change (95%)"),
    Text(ko="속도", en="Pace"),
    Text(ko="평균 난이도", en="Mean level"),
    Text(ko="판단", en="In words"),
)
_VERDICTS = {
    Verdict.IMPROVING: Text(ko="나아짐", en="Better"),
    Verdict.DECLINING: Text(ko="낮아짐", en="Worse"),
    Verdict.NO_CLEAR_CHANGE: Text(ko="뚜렷하지 않음", en="Not clear"),
    Verdict.NOT_ENOUGH_DATA: Text(ko="기록 부족", en="Too little data"),
}
_BESTS = noted(Text(ko="이 기간의 최고 기록", en="Personal bests of the period"), Note.BEST)
_BEST_COLUMNS = {
    BestKind.LEVEL: Text(ko="난이도", en="Level"),
    BestKind.SUCCESS: Text(ko="성공률", en="Success"),
    BestKind.PACE: Text(ko="분당 횟수", en="Per minute"),
    BestKind.REPETITIONS: Text(ko="하루 반복", en="Reps in a day"),
}
_AT_LEVEL = Text(ko="난이도 {level}", en="level {level}")


def progress_section(words: Words, results: Results) -> Section:
    blocks: list[Block] = []
    motions = most_played(results.motions, MOST_ROWS)
    compared = [each for each in motions if _has_two_times(each.baseline)]
    if compared:
        blocks.append(_baselines(words, compared))
    reached = [each for each in motions if each.bests]
    if reached:
        blocks.append(_bests(words, reached))
    return Section(words.say(_HEADING), blocks or [Paragraph(words.say(_NOTHING))])


def _has_two_times(baseline: BaselineComparison) -> bool:
    """Whether there is something of both: levels at least, where no one level was played twice."""
    played = baseline.level_then is not None and baseline.level_now is not None
    return baseline.verdict is not Verdict.NOT_ENOUGH_DATA or (
        played and baseline.then_to < baseline.now_from
    )


def _baselines(words: Words, motions: Sequence[MotionResult]) -> Table:
    return Table(
        caption=words.say(_BASELINE),
        columns=[words.say(column) for column in _BASELINE_COLUMNS],
        rows=[
            [words.played(each.motion, each.hand), *_baseline(words, each.baseline)]
            for each in motions
        ],
        words=[len(_BASELINE_COLUMNS) - 1],
    )


def _baseline(words: Words, baseline: BaselineComparison) -> list[str]:
    return [
        words.short_day(baseline.then_from),
        NONE if baseline.difficulty is None else str(baseline.difficulty),
        _success(baseline.then, baseline.now),
        estimated(baseline.success_change, signed, words.say(POINTS)),
        NONE if baseline.pace_change is None else f"{signed(baseline.pace_change)}%",
        f"{decimal(baseline.level_then)} → {decimal(baseline.level_now)}",
        words.say(_VERDICTS[baseline.verdict]),
    ]


def _success(then: AtLevel | None, now: AtLevel | None) -> str:
    if then is None or now is None:
        return NONE
    return f"{percent(then.success_rate.value)} → {percent(now.success_rate.value)}"


def _bests(words: Words, motions: Sequence[MotionResult]) -> Table:
    return Table(
        caption=words.say(_BESTS),
        columns=[words.say(_MOTION), *(words.say(name) for name in _BEST_COLUMNS.values())],
        rows=[
            [
                words.played(each.motion, each.hand),
                *(_best(words, kind, each.bests) for kind in _BEST_COLUMNS),
            ]
            for each in motions
        ],
        words=[],
    )


def _best(words: Words, kind: BestKind, bests: Sequence[Best]) -> str:
    """Of success, which has a best at each difficulty, the one at the hardest."""
    of_kind = [each for each in bests if each.kind is kind]
    if not of_kind:
        return NONE
    best = max(of_kind, key=lambda each: each.difficulty or 0)
    value = {
        BestKind.LEVEL: whole,
        BestKind.SUCCESS: percent,
        BestKind.PACE: decimal,
        BestKind.REPETITIONS: whole,
    }[kind](best.value)
    where = [words.short_day(best.day)]
    if kind is not BestKind.LEVEL and best.difficulty is not None:
        where.insert(0, words.say(_AT_LEVEL, level=best.difficulty))
    return f"{value} ({', '.join(where)})"
