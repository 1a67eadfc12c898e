"""What a trend comes to, in words that also say what it rests on."""

from dodam.features.outcomes.models.estimates import Estimate, Verdict
from dodam.features.outcomes.models.slopes import FEWEST_REPETITIONS, Sloping
from dodam.features.outcomes.models.trends import Measure
from dodam.platform.i18n import Language, Text

_NAMES = {
    Measure.SUCCESS_RATE: Text(en="the success rate", ko="성공률이"),
    Measure.ACCURACY: Text(en="accuracy", ko="정확도가"),
    Measure.REPETITIONS_PER_MINUTE: Text(en="the pace", ko="속도가"),
    Measure.DIFFICULTY: Text(en="the difficulty", ko="난이도가"),
}
_POINTS = Text(en="percentage points", ko="%포인트")
_UNITS = {
    Measure.SUCCESS_RATE: _POINTS,
    Measure.ACCURACY: _POINTS,
    Measure.REPETITIONS_PER_MINUTE: Text(en="repetitions a minute", ko="회/분"),
    Measure.DIFFICULTY: Text(en="levels", ko="단계"),
}
_SCALES = {Measure.SUCCESS_RATE: 100, Measure.ACCURACY: 100}
_ALIKE = Text(en="At the same difficulty ", ko="같은 난이도끼리 비교하면 ")
_OVERALL = Text(en="Over the weeks ", ko="주마다 비교하면 ")
_VERDICTS = {
    Verdict.IMPROVING: Text(
        en="{name} rose by {value:.1f} {unit} a week (95 % interval {low:.1f} to {high:.1f}).",
        ko="{name} 한 주에 {value:.1f}{unit}씩 높아졌어요(95% 구간 {low:.1f}~{high:.1f}).",
    ),
    Verdict.DECLINING: Text(
        en="{name} fell by {less:.1f} {unit} a week (95 % interval {low:.1f} to {high:.1f}).",
        ko="{name} 한 주에 {less:.1f}{unit}씩 낮아졌어요(95% 구간 {low:.1f}~{high:.1f}).",
    ),
    Verdict.NO_CLEAR_CHANGE: Text(
        en="{name} shows no clear change: {value:+.1f} {unit} a week"
        " (95 % interval {low:.1f} to {high:.1f}).",
        ko="{name} 뚜렷하게 달라졌다고 보기 어려워요"
        "(한 주에 {value:+.1f}{unit}, 95% 구간 {low:.1f}~{high:.1f}).",
    ),
}
_RESTS_ON = Text(
    en=" It rests on {repetitions} repetitions in {weeks} of {all} weeks at {levels}"
    " difficulty level(s).",
    ko=" {all}주 가운데 {weeks}주, 난이도 {levels}개, 반복 {repetitions}회를 바탕으로 했어요.",
)
_RESTS_ON_WEEKS = Text(
    en=" It rests on {repetitions} repetitions in {weeks} of {all} weeks.",
    ko=" {all}주 가운데 {weeks}주, 반복 {repetitions}회를 바탕으로 했어요.",
)
_NOT_ENOUGH = Text(
    en="There is not enough to tell a trend: it takes about six weeks with {fewest} repetitions or"
    " more that can be compared, and of {all} weeks {weeks} can.",
    ko="아직 추세를 말하기에는 기록이 부족해요. {fewest}회 이상 반복해 서로 비교할 수 있는 주가"
    " 6주쯤 필요한데, {all}주 가운데 {weeks}주예요.",
)


def words(
    measure: Measure, verdict: Verdict, found: Sloping, weeks: int, language: Language
) -> str:
    """`weeks` is how many were looked at."""
    if found.slope is None or verdict is Verdict.NOT_ENOUGH_DATA:
        return _NOT_ENOUGH.read(language).format(
            fewest=FEWEST_REPETITIONS, all=weeks, weeks=found.weeks
        )
    alike = measure is not Measure.DIFFICULTY
    begins = (_ALIKE if alike else _OVERALL).read(language)
    rests = (_RESTS_ON if alike else _RESTS_ON_WEEKS).read(language)
    return (
        begins
        + _VERDICTS[verdict]
        .read(language)
        .format(
            name=_NAMES[measure].read(language),
            unit=_UNITS[measure].read(language),
            **_scaled(found.slope, _SCALES.get(measure, 1)),
        )
        + rests.format(
            repetitions=found.repetitions, weeks=found.weeks, all=weeks, levels=found.levels
        )
    )


def _scaled(slope: Estimate, scale: int) -> dict[str, float]:
    low, high = slope.low or 0, slope.high or 0
    return {
        "value": slope.value * scale,
        "less": -slope.value * scale,
        "low": low * scale,
        "high": high * scale,
    }
