"""What a risk and its reasons come to, in words."""

from math import exp

from dodam.features.outcomes.models.dropout import Features, RiskState
from dodam.features.outcomes.models.dropout_risk import DropoutModel, Feature, Reason
from dodam.platform.i18n import Language, Text

_LEAST_SHOWN = 0.01

NOTICE = Text(
    en="This estimate comes from a model of virtual families only. It has not been checked on real"
    " children. Look at the reasons, and ask the family, before you act on it.",
    ko="가상의 가족으로만 만든 모형의 추정이에요. 실제 아이들에게서는 검증되지 않았어요."
    " 판단하기 전에 근거를 살펴보고 가족에게 직접 확인해 주세요.",
)
_STATES = {
    RiskState.ESTIMATED: Text(
        en="The probability that nothing is played in the next 14 days is {percent}.",
        ko="앞으로 14일 동안 한 번도 훈련하지 않을 확률은 {percent}예요.",
    ),
    RiskState.STOPPED: Text(
        en="Nothing was played for 14 days or more. The child seems to have stopped.",
        ko="14일 넘게 훈련하지 않았어요. 이미 멈춘 것으로 보여요.",
    ),
    RiskState.PAUSED: Text(
        en="Training rests at the moment, so nothing is estimated.",
        ko="지금은 훈련을 쉬는 기간이라 추정하지 않아요.",
    ),
    RiskState.NOTHING_PLANNED: Text(
        en="Nothing is planned in the next 14 days, so nothing is estimated.",
        ko="앞으로 14일 동안 계획된 훈련이 없어 추정하지 않아요.",
    ),
    RiskState.NOT_ENOUGH_DATA: Text(
        en="An estimate takes two weeks with four planned days or more; there are not so many yet.",
        ko="계획된 날이 나흘 이상 있는 두 주가 지나야 추정할 수 있어요. 아직은 기록이 부족해요.",
    ),
}
_PLAYED_LATELY = Text(
    en="Played on the newest day (usually the last play is {usual} days ago).",
    ko="바로 전날까지 훈련했어요(보통은 마지막 훈련이 {usual}일 전이에요).",
)
_SILENT = Text(
    en="Has not played for {days} (usually {usual}).",
    ko="{days} 동안 훈련하지 않았어요(보통 {usual}일).",
)
_MISSED_NONE = Text(
    en="Has missed no planned day since the last play (usually {usual}).",
    ko="마지막 훈련 뒤로 거른 날이 없어요(보통 {usual}일).",
)
_MISSED = Text(
    en="Has missed {days} that were planned since the last play (usually {usual}).",
    ko="마지막 훈련 뒤로 계획된 날을 {days} 걸렀어요(보통 {usual}일).",
)
_KEPT = Text(
    en="Played on {percent} of the latest planned days, 20 at most (usually {usual}).",
    ko="최근 계획된 날(최대 20일) 가운데 {percent}를 지켰어요(보통 {usual}).",
)
_KEPT_AS_MUCH = Text(
    en="Kept as many of the last 10 planned days as of the 10 before.",
    ko="최근 계획된 10일을 그 앞의 10일만큼 지켰어요.",
)
_KEPT_LESS = Text(
    en="Kept {points} percentage points less of the last 10 planned days than of the 10 before.",
    ko="최근 계획된 10일을 지킨 비율이 그 앞의 10일보다 {points}%포인트 낮아요.",
)
_KEPT_MORE = Text(
    en="Kept {points} percentage points more of the last 10 planned days than of the 10 before.",
    ko="최근 계획된 10일을 지킨 비율이 그 앞의 10일보다 {points}%포인트 높아요.",
)
_WEEKS = Text(
    en="Has had therapy for {weeks} weeks (12 and more count as 12).",
    ko="치료를 시작한 지 {weeks}주예요(12주부터는 12주로 봐요).",
)


def in_words(state: RiskState, probability: float | None, language: Language) -> str:
    """What is told of a child; a probability where there is one."""
    percent = "" if probability is None else _percent(probability)
    return _STATES[state].read(language).format(percent=percent)


def reasons(model: DropoutModel, features: Features, language: Language) -> list[Reason]:
    """What each feature does to the risk, the weightiest first."""
    weighed = [
        (term, value, term.log_odds(value))
        for term in model.terms
        for value in [getattr(features, term.feature)]
    ]
    return [
        Reason(
            feature=term.feature,
            value=round(value, 3),
            usual=round(term.usual, 3),
            odds_ratio=round(exp(log_odds), 2),
            words=_reason(term.feature, value, term.usual, language),
        )
        for term, value, log_odds in sorted(weighed, key=lambda each: -abs(each[2]))
    ]


def _reason(feature: Feature, value: float, usual: float, language: Language) -> str:
    match feature:
        case Feature.SILENT_DAYS:
            text = _SILENT if value else _PLAYED_LATELY
        case Feature.MISSED_SINCE:
            text = _MISSED if value else _MISSED_NONE
        case Feature.KEPT:
            return _KEPT.read(language).format(percent=_percent(value), usual=_percent(usual))
        case Feature.KEPT_CHANGE:
            points = round(100 * value)
            text = _KEPT_LESS if points < 0 else _KEPT_MORE if points else _KEPT_AS_MUCH
            return text.read(language).format(points=abs(points))
        case Feature.WEEKS:
            return _WEEKS.read(language).format(weeks=int(value))
    return text.read(language).format(days=_days(int(value), language), usual=f"{usual:.1f}")


def _days(count: int, language: Language) -> str:
    if language is Language.KOREAN:
        return f"{count}일"
    return "1 day" if count == 1 else f"{count} days"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= _LEAST_SHOWN or share == 0 else "< 1%"
