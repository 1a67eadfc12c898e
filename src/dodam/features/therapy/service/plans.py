"""Making plans. A plan is never changed: a newer version takes over from a day on."""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from dodam.features.children.models.children import AffectedHand, Child, DominantHand
from dodam.features.content.models import Motion, TherapyHand
from dodam.features.content.service import Catalogue
from dodam.features.therapy import errors
from dodam.features.therapy.models.plans import (
    DefaultPlanRules,
    NewPlan,
    Plan,
    PlanDay,
    PlanSource,
    default_days,
)
from dodam.features.therapy.models.results import ExceptionalDay
from dodam.features.therapy.store import plans as store
from dodam.features.therapy.store import sums
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput

_FURTHEST = timedelta(days=366)


class Plans:
    def __init__(self, clock: Clock, catalogue: Catalogue, rules: DefaultPlanRules) -> None:
        self._clock = clock
        self._catalogue = catalogue
        self._rules = rules

    async def of(self, db: Reading, child: Child) -> list[Plan]:
        """Every version of the child's plan, newest first; the first of them from registration."""
        return await store.PLANS.all(db, child=child.id)

    async def make(self, tx: Transaction, child: Child, form: NewPlan) -> Plan:
        """A guardian's plan, in force from its first day on. Raises InvalidInput."""
        today = child.therapy_day(self._clock.now())
        starts_on = form.starts_on or today
        wrong = _wrong_days(form.days, await self._catalogue.motions(tx))
        if not today <= starts_on <= today + _FURTHEST:
            wrong.append(errors.PLAN_STARTS_IN_THE_PAST)
        if form.ends_on is not None and form.ends_on < starts_on:
            wrong.append(errors.PLAN_ENDS_BEFORE_IT_STARTS)
        if wrong:
            raise InvalidInput(fields=wrong)
        plans = await self._lock(tx, child)
        days = sorted(form.days, key=lambda day: day.weekday)
        plan = Plan(
            version=plans[0].version + 1,
            source=PlanSource.GUARDIAN,
            starts_on=starts_on,
            ends_on=form.ends_on,
            days=days,
            created_at=self._clock.now(),
        )
        return await self._add(tx, child, plan)

    async def start_default(self, tx: Transaction, child: Child) -> None:
        """Give a child that is being registered its first plan."""
        await self._add(tx, child, await self._default(tx, child))

    async def renew_default(self, tx: Transaction, child: Child) -> None:
        """Make the default plan anew after the child's hands changed.

        A plan somebody made stays. The new version begins today, or tomorrow if the child has
        played today already.
        """
        plans = await self._lock(tx, child)
        if plans[0].source is not PlanSource.DEFAULT:
            return
        default = await self._default(tx, child)
        if default.days == plans[0].days:
            return
        today = child.therapy_day(self._clock.now())
        played = await sums.DAY_SUMS.all(tx, child=child.id, from_day=today, to_day=today)
        renewed = msgspec.structs.replace(
            default,
            version=plans[0].version + 1,
            starts_on=max(today + timedelta(days=bool(played)), plans[0].starts_on),
            created_at=self._clock.now(),
        )
        await self._add(tx, child, renewed)

    async def mark_exceptional(
        self, tx: Transaction, child: Child, day: date, exception: ExceptionalDay
    ) -> None:
        """Excuse a day: not playing on it misses nothing. Raises InvalidInput."""
        now = self._clock.now()
        if abs(day - child.therapy_day(now)) > _FURTHEST:
            raise InvalidInput(fields=[errors.EXCEPTION_OUT_OF_RANGE])
        await store.PUT_EXCEPTION.execute(
            tx,
            child_id=child.id,
            day=day,
            reason=exception.reason,
            note=exception.note,
            created_at=now,
        )

    async def unmark_exceptional(self, tx: Transaction, child: Child, day: date) -> None:
        await store.DROP_EXCEPTION.execute(tx, child=child.id, on_day=day)

    async def _lock(self, tx: Transaction, child: Child) -> list[Plan]:
        await store.LOCK_PLANS.execute(tx, child=child.id)
        return await store.PLANS.all(tx, child=child.id)

    async def _default(self, db: Reading, child: Child) -> Plan:
        motions = await self._catalogue.motions(db)
        return Plan(
            version=1,
            source=PlanSource.DEFAULT,
            starts_on=child.therapy_starts_on,
            ends_on=None,
            days=default_days(
                TherapyHand(child.affected_hand), _first_hand(child), motions.values(), self._rules
            ),
            created_at=child.created_at,
        )

    async def _add(self, tx: Transaction, child: Child, plan: Plan) -> Plan:
        await store.INSERT_PLAN.execute(tx, child_id=child.id, **msgspec.structs.asdict(plan))
        return plan


def _first_hand(child: Child) -> TherapyHand:
    """Where both hands are affected: the one that begins is the one the child prefers."""
    if child.affected_hand is AffectedHand.BOTH and child.dominant_hand is DominantHand.LEFT:
        return TherapyHand.LEFT
    return TherapyHand.RIGHT


def _wrong_days(days: list[PlanDay], catalogue: Mapping[str, Motion]) -> list[FieldError]:
    wrong: list[FieldError] = []
    weekdays: set[int] = set()
    for d, day in enumerate(days):
        if day.weekday in weekdays:
            wrong.append(FieldError(f"days[{d}].weekday", "repeated", errors.WEEKDAY_TWICE))
        weekdays.add(day.weekday)
        motions: set[str] = set()
        for i, item in enumerate(day.items):
            path = f"days[{d}].items[{i}]"
            if (item.target_repetitions is None) is (item.target_minutes is None):
                wrong.append(FieldError(path, "one_target", errors.ONE_TARGET))
            if item.motion not in catalogue:
                wrong.append(FieldError(f"{path}.motion", "unknown_motion", errors.MOTION_UNKNOWN))
            if item.motion in motions:
                wrong.append(FieldError(f"{path}.motion", "repeated", errors.MOTION_TWICE))
            motions.add(item.motion)
    return wrong
