"""Plan templates of the clinic. A change is a new version; plans made before stay as they are."""

from collections.abc import Mapping
from uuid import UUID

from msgspec.structs import asdict

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.children.models.children import Child
from dodam.features.content.models.motions import Motion, TherapyHand
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.therapy.errors import TemplateNotFound
from dodam.features.therapy.models.plans import ListedPlan, Maker
from dodam.features.therapy.models.templates import (
    NewTemplate,
    PlanFromTemplate,
    Template,
    days_for,
    plan_by,
)
from dodam.features.therapy.service.holidays import require_known
from dodam.features.therapy.service.plan_contents import first_hand, wrong_days
from dodam.features.therapy.service.plans import Plans
from dodam.features.therapy.store import templates as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.ids import new_id


class Templates:
    def __init__(self, clock: Clock, catalogue: Catalogue, plans: Plans, audit: Audit) -> None:
        self._clock = clock
        self._catalogue = catalogue
        self._plans = plans
        self._audit = audit

    async def all(self, db: Reading, limit: int) -> list[Template]:
        """Those that are not archived, by name."""
        return await store.ALL.all(db, most=limit)

    async def make(self, tx: Transaction, by: Actor, form: NewTemplate) -> Template:
        """Raises InvalidInput."""
        return await self._add(tx, by, new_id(), 1, form)

    async def change(
        self, tx: Transaction, by: Actor, template_id: UUID, form: NewTemplate
    ) -> Template:
        """A new version in the place of the newest. Raises TemplateNotFound, InvalidInput."""
        known = await self._hold(tx, template_id)
        return await self._add(tx, by, template_id, known.version + 1, form)

    async def archive(self, tx: Transaction, by: Actor, template_id: UUID) -> None:
        """Offer it no more. Raises TemplateNotFound."""
        await self._hold(tx, template_id)
        await store.ARCHIVE.execute(tx, template=template_id, now=self._clock.now())
        await self._audit.record(
            tx, by, "plan_template.archived", Subject("plan_template", template_id)
        )

    async def apply(
        self, tx: Transaction, child: Child, form: PlanFromTemplate, maker: Maker
    ) -> ListedPlan:
        """Make a plan by the newest version.

        Raises TemplateNotFound, and what making a plan raises.
        """
        template = await store.NEWEST.first(tx, template=form.template_id)
        if template is None:
            raise TemplateNotFound
        return await self._plans.make(tx, child, plan_by(template, form, first_hand(child)), maker)

    async def _hold(self, tx: Transaction, template_id: UUID) -> Template:
        # The first version stands for all: who waits for it then sees the newest.
        await store.HOLD.all(tx, template=template_id)
        newest = await store.NEWEST.first(tx, template=template_id)
        if newest is None:
            raise TemplateNotFound
        return newest

    async def _add(
        self, tx: Transaction, by: Actor, template_id: UUID, version: int, form: NewTemplate
    ) -> Template:
        await _check(form, await self._catalogue.motions(tx))
        [added] = await store.INSERT.all(
            tx,
            id=template_id,
            version=version,
            made_by=by.id,
            created_at=self._clock.now(),
            **asdict(form),
        )
        await self._audit.record(
            tx, by, "plan_template.made", Subject("plan_template", template_id), version=version
        )
        return added


async def _check(form: NewTemplate, catalogue: Mapping[str, Motion]) -> None:
    wrong = wrong_days(days_for(form.days, TherapyHand.LEFT), form.hand_rule, catalogue)
    if wrong:
        raise InvalidInput(fields=wrong)
    if form.rests_on_holidays_of is not None:
        await require_known(form.rests_on_holidays_of)
