"""What came of the plays: by motion and hand, how tiring, and left beside right."""

from collections.abc import Sequence

from dodam.features.content.models.motions import TherapyHand
from dodam.features.outcomes.models.estimates import Estimate, Verdict
from dodam.features.outcomes.models.results import (
    AtLevel,
    Measures,
    MotionResult,
    Results,
    SidesComparison,
    SidesVerdict,
)
from dodam.features.reports.models.document import (
    Block,
    Chart,
    Charts,
    Paragraph,
    Section,
    Table,
)
from dodam.features.reports.models.most_played import MOST_ROWS, most_played
from dodam.features.reports.models.sections.notes import Note, noted
from dodam.features.reports.models.sides_chart import Sides, sides_chart
from dodam.features.reports.models.wording import (
    HANDS,
    NONE,
    POINTS,
    Words,
    dashed,
    decimal,
    estimated,
    hundredths,
    percent,
    signed,
    whole,
)
from dodam.platform.i18n import Text

_HEADING = Text(ko="결과", en="Results")
_NOTHING = Text(ko="이 기간에 놀이한 기록이 없어요.", en="Nothing was played in this period.")
_MOTION = Text(ko="동작 · 손", en="Motion · hand")
_BY_MOTION = noted(Text(ko="동작과 손별 결과", en="By motion and hand"), Note.MOTIONS)
_BY_MOTION_COLUMNS = (
    _MOTION,
    Text(ko="날", en="Days"),
    Text(ko="반복", en="Reps"),
    noted(Text(ko="성공률 (95%)", en="Success (95%)"), Note.SUCCESS),
    Text(ko="정확도 ± SD", en="Accuracy ± SD"),
    noted(Text(ko="분당 횟수", en="Per minute"), Note.PACE),
    Text(ko="한 번에 걸린 초", en="Seconds each"),
    Text(ko="난이도", en="Levels"),
)
_FATIGUE = noted(
    Text(
        ko="한 번 하는 동안: 마지막 3분의 1 - 처음 3분의 1",
        en="Within a session: last third - first",
    ),
    Note.FATIGUE,
)
_FATIGUE_COLUMNS = (
    _MOTION,
    Text(ko="비교한 횟수", en="Compared"),
    Text(ko="성공률 변화 (95%)", en="Change of success (95%)"),
    Text(ko="속도 변화 (95%)", en="Change of pace (95%)"),
    Text(ko="판단", en="In words"),
)
_ALL_MOTIONS = Text(ko="모든 동작", en="All motions")
_FATIGUE_VERDICTS = {
    Verdict.DECLINING: Text(ko="뒤로 갈수록 떨어져요", en="Falls off"),
    Verdict.IMPROVING: Text(ko="뒤로 갈수록 나아져요", en="Picks up"),
    Verdict.NO_CLEAR_CHANGE: Text(ko="뚜렷한 변화 없음", en="No clear change"),
    Verdict.NOT_ENOUGH_DATA: Text(ko="기록 부족", en="Not enough data"),
}
_SIDES = noted(Text(ko="왼손과 오른손", en="Left and right hand"), Note.SIDES)
_SIDES_CHART = Text(
    ko="같은 난이도에서의 성공률과 95% 신뢰구간", en="Success at the same level, with 95% intervals"
)
_SIDES_ALT = Text(
    ko="왼손과 오른손의 성공률을 동작마다 나란히 나타낸 그림. 값은 아래 표에 있어요.",
    en="Success of left and right hand beside each other, motion by motion. The values are in the "
    "table below.",
)
_SIDES_COLUMNS = (
    Text(ko="동작", en="Motion"),
    Text(ko="난이도", en="Level"),
    Text(ko="왼손", en="Left"),
    Text(ko="오른손", en="Right"),
    Text(ko="차이 (95%)", en="Right - left (95%)"),
    Text(ko="속도 비대칭", en="Pace asymmetry"),
    Text(ko="판단", en="In words"),
)
_NOT_COMPARED = Text(
    ko="두 손을 비교하기에 기록이 부족한 동작: {motions}",
    en="Too little to compare the hands in: {motions}",
)
_SIDES_VERDICTS = {
    SidesVerdict.LEFT_AHEAD: Text(ko="왼손이 앞서요", en="Left ahead"),
    SidesVerdict.RIGHT_AHEAD: Text(ko="오른손이 앞서요", en="Right ahead"),
    SidesVerdict.NO_CLEAR_DIFFERENCE: Text(ko="뚜렷한 차이 없음", en="No clear difference"),
}


def results_section(words: Words, results: Results) -> Section:
    if not results.motions:
        return Section(words.say(_HEADING), [Paragraph(words.say(_NOTHING))])
    blocks: list[Block] = [_by_motion(words, results.motions)]
    if results.fatigue.success_change or results.fatigue.pace_change:
        blocks.append(_fatigue(words, results))
    if results.sides:
        blocks += _sides(words, results.sides)
    return Section(words.say(_HEADING), blocks)


def _by_motion(words: Words, motions: Sequence[MotionResult]) -> Table:
    return Table(
        caption=words.say(_BY_MOTION),
        columns=[words.say(column) for column in _BY_MOTION_COLUMNS],
        rows=[
            [
                words.played(each.motion, each.hand),
                str(each.days),
                whole(each.repetitions),
                estimated(each.success_rate, hundredths, "%"),
                _accuracy(each),
                decimal(each.pace and each.pace.repetitions_per_minute),
                _seconds(each),
                _levels(each),
            ]
            for each in motions
        ],
        words=[],
    )


def _accuracy(measures: Measures) -> str:
    accuracy = measures.accuracy
    if accuracy is None:
        return NONE
    if accuracy.standard_deviation is None:
        return percent(accuracy.mean)
    return f"{percent(accuracy.mean)} ± {hundredths(accuracy.standard_deviation)}"


def _seconds(measures: Measures) -> str:
    pace = measures.pace
    if pace is None:
        return NONE
    quartiles = (pace.lower_quartile, pace.upper_quartile)
    return estimated(Estimate(pace.seconds_per_repetition, *quartiles), decimal)


def _levels(result: MotionResult) -> str:
    named = [each.difficulty for each in result.levels if each.difficulty is not None]
    if not named:
        return NONE
    return str(named[0]) if len(named) == 1 else dashed(str(min(named)), str(max(named)))


def _fatigue(words: Words, results: Results) -> Table:
    compared = [(words.say(_ALL_MOTIONS), results.fatigue)]
    compared += [
        (words.played(each.motion, each.hand), each.fatigue)
        for each in most_played(results.motions, MOST_ROWS)
        if each.fatigue.success_change or each.fatigue.pace_change
    ]
    return Table(
        caption=words.say(_FATIGUE),
        columns=[words.say(column) for column in _FATIGUE_COLUMNS],
        rows=[
            [
                name,
                str(fatigue.stretches),
                estimated(fatigue.success_change, signed, words.say(POINTS)),
                estimated(fatigue.pace_change, signed, "%"),
                words.say(_FATIGUE_VERDICTS[fatigue.verdict]),
            ]
            for name, fatigue in compared
        ],
        words=[4],
    )


def _sides(words: Words, sides: Sequence[SidesComparison]) -> list[Block]:
    compared = [each for each in sides if each.verdict is not SidesVerdict.NOT_ENOUGH_DATA]
    blocks: list[Block] = []
    if compared:
        blocks += [Charts([_sides_chart(words, compared)]), _sides_table(words, compared)]
    left_out = [words.motion(each.motion) for each in sides if each not in compared]
    if left_out:
        blocks.append(Paragraph(words.say(_NOT_COMPARED, motions=", ".join(left_out))))
    return blocks


def _sides_chart(words: Words, sides: Sequence[SidesComparison]) -> Chart:
    rows = [
        Sides(
            words.motion(each.motion),
            each.left and each.left.success_rate,
            each.right and each.right.success_rate,
        )
        for each in sides
    ]
    left, right = (words.say(HANDS[hand]) for hand in (TherapyHand.LEFT, TherapyHand.RIGHT))
    return Chart(
        title=words.say(_SIDES_CHART),
        svg=sides_chart(rows, left, right),
        alt=words.say(_SIDES_ALT),
        note="",
    )


def _sides_table(words: Words, sides: Sequence[SidesComparison]) -> Table:
    return Table(
        caption=words.say(_SIDES),
        columns=[words.say(column) for column in _SIDES_COLUMNS],
        rows=[
            [
                words.motion(each.motion),
                NONE if each.difficulty is None else str(each.difficulty),
                _success(each.left),
                _success(each.right),
                estimated(each.success_difference, signed, words.say(POINTS)),
                _asymmetry(each.pace_asymmetry),
                words.say(_SIDES_VERDICTS[each.verdict]),
            ]
            for each in sides
        ],
        words=[6],
    )


def _asymmetry(value: float | None) -> str:
    # A rounded zero has no side.
    return NONE if value is None else f"{round(value, 2) or 0:.2f}"


def _success(at_level: AtLevel | None) -> str:
    return NONE if at_level is None else percent(at_level.success_rate.value)
