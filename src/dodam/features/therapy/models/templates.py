"""Plan templates: what clinicians plan again and again, for whichever hand is affected."""

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.content.models.motions import TherapyHand
from dodam.features.therapy.models.hands import AskedRule, other_hand
from dodam.features.therapy.models.plans import (
    Country,
    NewPlan,
    PlanDay,
    PlanItem,
    PlanNote,
    PlanSource,
    Weekday,
)
from dodam.platform.masking.sensitive import Sensitive

TemplateName = Annotated[
    str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]


class RelativeHand(StrEnum):
    """A hand, whichever it is: the affected one, or of two the preferred one, and the other."""

    AFFECTED = "affected"
    OTHER = "other"


class TemplateDay(Struct, frozen=True, forbid_unknown_fields=True):
    """What one weekday asks for. `hand` is null where the template's rule finds it."""

    weekday: Weekday
    items: Annotated[list[PlanItem], Meta(min_length=1, max_length=20)]
    hand: RelativeHand | None = None
    at: time | None = None


class NewTemplate(Struct, frozen=True, forbid_unknown_fields=True):
    """What a template holds; the rules for plans hold for it too."""

    name: TemplateName
    days: Annotated[list[TemplateDay], Meta(min_length=1, max_length=7)]
    hand_rule: AskedRule | None = None
    rests_on_holidays_of: Country | None = None


class Template(Struct, frozen=True):
    """The newest version of a template. Plans made from it keep what it held then."""

    id: UUID
    version: int
    name: str
    days: list[TemplateDay]
    hand_rule: AskedRule | None
    rests_on_holidays_of: str | None
    made_by: UUID
    created_at: datetime


class PlanFromTemplate(Struct, frozen=True, forbid_unknown_fields=True):
    """A plan to make by a template; the rest is as in a plan that is made by hand."""

    template_id: UUID
    starts_on: Annotated[date, Sensitive] | None = None
    ends_on: Annotated[date, Sensitive] | None = None
    source: PlanSource | None = None
    note: PlanNote | None = None


def days_for(days: Sequence[TemplateDay], affected: TherapyHand) -> list[PlanDay]:
    """A template's days for a child, by its affected hand, or of two by the preferred one."""
    hands = {
        None: None,
        RelativeHand.AFFECTED: affected,
        RelativeHand.OTHER: other_hand(affected),
    }
    return [
        PlanDay(weekday=day.weekday, items=day.items, hand=hands[day.hand], at=day.at)
        for day in days
    ]


def plan_by(template: Template, form: PlanFromTemplate, affected: TherapyHand) -> NewPlan:
    """The plan a template makes for a child, by its affected hand, or of two by the preferred."""
    return NewPlan(
        days=days_for(template.days, affected),
        starts_on=form.starts_on,
        ends_on=form.ends_on,
        hand_rule=template.hand_rule,
        source=form.source,
        rests_on_holidays_of=template.rests_on_holidays_of,
        note=form.note,
    )
