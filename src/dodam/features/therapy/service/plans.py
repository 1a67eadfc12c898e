"""Making and ending plans. A plan is never changed: a newer version takes over from a day on."""

from datetime import date, timedelta
from itertools import dropwhile

from msgspec.structs import asdict, replace

from dodam.features.children.models.children import Child
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.therapy import errors
from dodam.features.therapy.models.plans import (
    DefaultPlanRules,
    ListedPlan,
    Maker,
    NewPlan,
    Plan,
    PlanSource,
    beside_others,
    default_days,
    to_come,
)
from dodam.features.therapy.service.holidays import holidays_of
from dodam.features.therapy.service.plan_contents import default_rule, hands_of, wrong_days
from dodam.features.therapy.store import plans as store
from dodam.features.therapy.store import sums
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput

_DAY = timedelta(days=1)
_FURTHEST = timedelta(days=366)
# Of each source: nobody's plans leave no room for those of others.
_MOST_PLANS = 500


class Plans:
    def __init__(self, clock: Clock, catalogue: Catalogue, rules: DefaultPlanRules) -> None:
        self._clock = clock
        self._catalogue = catalogue
        self._rules = rules

    async def of(self, db: Reading, child: Child) -> list[Plan]:
        """Every version of the child's plan, newest first; the first of them from registration."""
        return await store.PLANS.all(db, child=child.id)

    async def between(self, db: Reading, child: Child, first: date, last: date) -> list[Plan]:
        """What the days from `first` to `last` are planned by."""
        return await store.COUNTING.all(db, child=child.id, from_day=first, to_day=last)

    async def listed(
        self, db: Reading, child: Child, before: int | None, limit: int
    ) -> list[ListedPlan]:
        """Versions older than `before`, or the newest, newest first."""
        plans = await self.of(db, child)
        today = child.therapy_day(self._clock.now())
        page = [plan for plan in plans if before is None or plan.version < before][:limit]
        return [beside_others(plan, plans, today) for plan in page]

    async def make(self, tx: Transaction, child: Child, form: NewPlan, maker: Maker) -> ListedPlan:
        """A plan that counts from its first day on, unless one of a higher source does.

        Without `starts_on` that is today; of a plan made by staff tomorrow, if the child has played
        today already, for the family has today's before it. Raises InvalidInput, PlanOfOthers,
        TooManyPlans.
        """
        source = form.source or maker.sources[0]
        if source not in maker.sources:
            raise errors.PlanOfOthers
        today = child.therapy_day(self._clock.now())
        if form.starts_on is not None:
            starts_on = form.starts_on
        elif maker.member_id is not None:
            starts_on = await self._first_free_day(tx, child)
        else:
            starts_on = today
        wrong = wrong_days(form.days, form.hand_rule, await self._catalogue.motions(tx))
        if not today <= starts_on <= today + _FURTHEST:
            wrong.append(errors.PLAN_STARTS_IN_THE_PAST)
        if form.ends_on is not None and form.ends_on < starts_on:
            wrong.append(errors.PLAN_ENDS_BEFORE_IT_STARTS)
        if wrong:
            raise InvalidInput(fields=wrong)
        rests_on = set(form.rests_on)
        if form.rests_on_holidays_of is not None:
            rests_on.update(await holidays_of(form.rests_on_holidays_of, starts_on, form.ends_on))
        plans = await self._lock(tx, child)
        if sum(plan.source is source for plan in plans) >= _MOST_PLANS:
            raise errors.TooManyPlans(limit=_MOST_PLANS)
        plan = Plan(
            version=plans[0].version + 1,
            source=source,
            starts_on=starts_on,
            ends_on=form.ends_on,
            days=sorted(form.days, key=lambda day: day.weekday),
            created_at=self._clock.now(),
            hand_rule=hands_of(child, form.hand_rule),
            rests_on=sorted(rests_on),
            note=form.note,
            made_by=maker.member_id,
        )
        await self._add(tx, child, plan)
        return beside_others(plan, [plan, *plans], today)

    async def end(
        self, tx: Transaction, child: Child, version: int, last_day: date, maker: Maker
    ) -> ListedPlan:
        """End a plan early; to end it again on the same day changes nothing.

        Raises PlanNotFound, PlanOfOthers, InvalidInput.
        """
        today = child.therapy_day(self._clock.now())
        plans = await self._lock(tx, child)
        plan = next((each for each in plans if each.version == version), None)
        if plan is None:
            raise errors.PlanNotFound
        if plan.source not in maker.sources:
            raise errors.PlanOfOthers
        if plan.ended_on == last_day:
            return beside_others(plan, plans, today)
        is_later = plan.last_day is not None and last_day >= plan.last_day
        if is_later or last_day < today - _DAY:
            raise InvalidInput(fields=[errors.PLAN_END_OUT_OF_RANGE])
        await store.END_PLAN.execute(
            tx,
            child=child.id,
            plan=version,
            last_day=last_day,
            now=self._clock.now(),
            member=maker.member_id,
        )
        ended = replace(plan, ended_on=last_day)
        return beside_others(ended, [ended if each == plan else each for each in plans], today)

    async def start_default(self, tx: Transaction, child: Child) -> None:
        """Give a child that is being registered its first plan."""
        await self._add(tx, child, await self._default(tx, child))

    async def hands_corrected(self, tx: Transaction, child: Child) -> None:
        """Make anew the plans whose hands a rule finds, after the child's hands were corrected.

        Days that name their hand keep it. A new version begins on the first day of the old one, but
        not before today, or tomorrow if the child has played today already. Versions of its source
        that were to follow it are made again after it, so that they still do.
        """
        plans = await self._lock(tx, child)
        default = await self._default(tx, child)
        day = await self._first_free_day(tx, child)
        version = plans[0].version
        for source in PlanSource:
            pairs = [(plan, _anew(plan, child, default)) for plan in to_come(plans, source, day)]
            for _, plan in dropwhile(lambda pair: pair[0] == pair[1], pairs):
                version += 1
                renewed = replace(
                    plan,
                    version=version,
                    starts_on=max(day, plan.starts_on),
                    ends_on=plan.last_day,
                    ended_on=None,
                    created_at=self._clock.now(),
                )
                await self._add(tx, child, renewed)

    async def _lock(self, tx: Transaction, child: Child) -> list[Plan]:
        await store.LOCK_PLANS.execute(tx, child=child.id)
        return await store.PLANS.all(tx, child=child.id)

    async def _first_free_day(self, db: Reading, child: Child) -> date:
        """Today, or tomorrow if the child has played today already."""
        today = child.therapy_day(self._clock.now())
        played = await sums.DAY_SUMS.all(db, child=child.id, from_day=today, to_day=today)
        return today + _DAY if played else today

    async def _default(self, db: Reading, child: Child) -> Plan:
        motions = (await self._catalogue.motions(db)).values()
        offered = [motion for motion in motions if not motion.retired]
        return Plan(
            version=1,
            source=PlanSource.DEFAULT,
            starts_on=child.therapy_starts_on,
            ends_on=None,
            days=default_days(offered, self._rules),
            created_at=child.created_at,
            hand_rule=hands_of(child, default_rule(child, self._rules)),
        )

    async def _add(self, tx: Transaction, child: Child, plan: Plan) -> None:
        await store.INSERT_PLAN.execute(tx, child_id=child.id, **asdict(plan))


def _anew(plan: Plan, child: Child, default: Plan) -> Plan:
    """A plan as it would be made for the child today."""
    if plan.source is PlanSource.DEFAULT:
        return replace(plan, days=default.days, hand_rule=default.hand_rule)
    return replace(plan, hand_rule=hands_of(child, plan.hand_rule))
