"""How the measures of the most played motions change from week to week."""

from collections.abc import Sequence
from datetime import timedelta

from dodam.features.outcomes.models.trends import Measure, Trend
from dodam.features.reports.models.document import Chart, Charts, Paragraph, Section
from dodam.features.reports.models.sections.notes import Note, noted
from dodam.features.reports.models.trend_chart import trend_chart
from dodam.features.reports.models.wording import Words, decimal, estimated, hundredths, percent
from dodam.platform.i18n import Text

_HEADING = noted(Text(ko="추이", en="Trends"), Note.TREND)
_NOTHING = Text(
    ko="추이를 보기에는 기록이 부족해요.", en="There is not enough to see a trend from."
)
_MEASURES = {
    Measure.SUCCESS_RATE: Text(ko="성공률", en="success"),
    Measure.ACCURACY: Text(ko="정확도", en="accuracy"),
    Measure.REPETITIONS_PER_MINUTE: Text(ko="분당 횟수", en="repetitions a minute"),
    Measure.DIFFICULTY: Text(ko="난이도", en="level"),
}
_SHARES = (Measure.SUCCESS_RATE, Measure.ACCURACY)
_WEEK = Text(ko="{week} 주 {value}", en="week of {week} {value}")


def trends_section(words: Words, trends: Sequence[Trend]) -> Section:
    drawn = [_chart(words, trend) for trend in trends if trend.points]
    blocks = [Charts(drawn, abreast=2)] if drawn else [Paragraph(words.say(_NOTHING))]
    return Section(words.say(_HEADING), [*blocks])


def _chart(words: Words, trend: Trend) -> Chart:
    is_share = trend.measure in _SHARES
    write, unit = (hundredths, "%") if is_share else (decimal, "")
    monday = trend.from_day - timedelta(days=trend.from_day.weekday())
    weeks = (trend.to_day - monday).days // 7 + 1
    mondays = [monday + timedelta(weeks=week) for week in range(weeks)]
    return Chart(
        title=f"{words.played(trend.motion, trend.hand)}: {words.say(_MEASURES[trend.measure])}",
        svg=trend_chart(
            trend.points,
            trend.slope,
            percent if is_share else _short,
            {monday: words.short_day(monday) for monday in mondays},
            most=1 if is_share else None,
        ),
        alt=", ".join(
            words.say(
                _WEEK,
                week=words.short_day(point.week),
                value=estimated(point.estimate, write, unit),
            )
            for point in trend.points
        ),
        note=trend.words,
    )


def _short(value: float) -> str:
    return f"{value:g}"
