"""Which children are about to stop playing, as far as a model can tell those who treat them."""

from collections.abc import Iterable
from datetime import timedelta

from dodam.features.children.models.children import Child
from dodam.features.outcomes.models.dropout import (
    HORIZON_DAYS,
    WINDOW_DAYS,
    KeptDay,
    RiskState,
    features_of,
    state_of,
)
from dodam.features.outcomes.models.dropout_risk import (
    CaseloadDropoutRisk,
    ChildsRisk,
    DropoutBasis,
    DropoutModel,
    DropoutRisk,
)
from dodam.features.outcomes.models.dropout_words import NOTICE, in_words, reasons
from dodam.features.therapy.models.days import Day
from dodam.features.therapy.service.progress import Progress
from dodam.platform.clock import Clock
from dodam.platform.database import Reading
from dodam.platform.i18n import Language

_DAY = timedelta(days=1)
_WORST_FIRST = list(RiskState)


class DropoutRisks:
    def __init__(self, clock: Clock, progress: Progress, model: DropoutModel) -> None:
        self._clock = clock
        self._progress = progress
        self._model = model

    async def of(self, db: Reading, child: Child, language: Language) -> DropoutRisk:
        return DropoutRisk(await self._risk(db, child, language), self._basis(language))

    async def caseload(
        self, db: Reading, children: Iterable[Child], language: Language
    ) -> CaseloadDropoutRisk:
        """Of each child: who has stopped, then the highest risk first, then who has none."""
        risks = [await self._risk(db, child, language) for child in children]
        return CaseloadDropoutRisk(sorted(risks, key=_need), self._basis(language))

    async def _risk(self, db: Reading, child: Child, language: Language) -> ChildsRisk:
        today = child.therapy_day(self._clock.now())
        history = await self._progress.history(
            db, child, today - WINDOW_DAYS * _DAY, today + HORIZON_DAYS * _DAY
        )
        last = today if history.day(today).attended else today - _DAY
        first = max(child.therapy_starts_on, last - (WINDOW_DAYS - 1) * _DAY)
        past = [_kept(day) for day in history.days(first, last)]
        ahead = [_kept(day) for day in history.days(last + _DAY, last + HORIZON_DAYS * _DAY)]
        state = state_of(past, ahead)
        if state is not RiskState.ESTIMATED:
            words = in_words(state, None, language)
            return ChildsRisk(child.id, child.name, last, state, None, None, [], words)
        features = features_of(past, (last + _DAY - child.therapy_starts_on).days)
        probability = self._model.probability(features)
        return ChildsRisk(
            child_id=child.id,
            name=child.name,
            day=last,
            state=state,
            probability=round(probability, 4),
            band=self._model.band(probability),
            reasons=reasons(self._model, features, language),
            words=in_words(state, probability, language),
        )

    def _basis(self, language: Language) -> DropoutBasis:
        return DropoutBasis(
            model=self._model.version,
            validated=False,
            notice=NOTICE.read(language),
            horizon_days=HORIZON_DAYS,
            bands=self._model.bands,
        )


def _kept(day: Day) -> KeptDay:
    return KeptDay(
        asked=day.counts_as_planned, excused=day.exception is not None, played=day.attended
    )


def _need(risk: ChildsRisk) -> tuple[int, float, str]:
    return _WORST_FIRST.index(risk.state), -(risk.probability or 0), risk.name
