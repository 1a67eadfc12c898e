"""The clinic's report: what it is told from, and its sections in order."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256

import msgspec
from msgspec import Struct

from dodam.features.children.models.children import Child
from dodam.features.children.models.diagnoses import Diagnosis
from dodam.features.content.models.motions import Motion
from dodam.features.outcomes.models.adherence import Adherence
from dodam.features.outcomes.models.results import Results
from dodam.features.outcomes.models.trends import Trend
from dodam.features.reports.models.document import Document
from dodam.features.reports.models.sections.child import child_section
from dodam.features.reports.models.sections.dose import dose_section
from dodam.features.reports.models.sections.notes import Note, noted, notes_section
from dodam.features.reports.models.sections.plan import plan_section
from dodam.features.reports.models.sections.progress import progress_section
from dodam.features.reports.models.sections.results import results_section
from dodam.features.reports.models.sections.trends import trends_section
from dodam.features.reports.models.wording import Words, legible
from dodam.features.therapy.models.plans import Plan
from dodam.platform.i18n import Language, Text

_TITLE = Text(ko="진료용 손 훈련 보고서", en="Hand training report for the clinic")
_PLAY_MEASURES = noted(
    Text(
        ko="집에서 태블릿 놀이로 훈련하며 잰 값이에요. 임상 평가를 대신하지 않아요.",
        en="Measured while playing at home on a tablet; no clinical assessment.",
    ),
    Note.PLAY,
)
_SUBTITLE = Text(ko="{name} · {days} ({weeks}주)", en="{name} · {days} ({weeks}-week period)")
_FOOT = Text(
    ko="{name} · {at} 만듦 · 자료 판 {version}", en="{name} · made {at} · data version {version}"
)
_PAGE = Text(ko="{page} / {pages}쪽", en="Page {page} of {pages}")
# So that the foot of a page stays one line.
_LONGEST_NAME_AT_FOOT = 24


class ClinicFacts(Struct, frozen=True):
    """Everything the report tells. `today` is the child's; `made_at` is an instant.

    `plan_maker` is the name of the member of staff who made the plan.
    """

    child: Child
    diagnoses: list[Diagnosis]
    plan: Plan | None
    plan_maker: str | None
    adherence: Adherence
    results: Results
    trends: list[Trend]
    motions: Mapping[str, Motion]
    today: date
    made_at: datetime

    def version(self) -> str:
        """The same data have the same version, in any language and at any time."""
        told = (
            (self.child.id, self.child.updated_at),
            [(each.id, each.version) for each in self.diagnoses],
            self.plan,
            self.adherence.days,
            self.results,
            [trend.points for trend in self.trends],
        )
        return sha256(msgspec.json.encode(told)).hexdigest()[:12]


def clinic_report(facts: ClinicFacts, language: Language) -> Document:
    child = facts.child
    words = Words(language, child.time_zone, facts.motions)
    name = legible(child.name)
    days = words.days(facts.adherence.from_day, facts.adherence.to_day)
    return Document(
        language=language,
        title=words.say(_TITLE),
        subtitle=words.say(_SUBTITLE, name=name, days=days, weeks=len(facts.adherence.weeks)),
        notice=words.say(_PLAY_MEASURES),
        foot=words.say(
            _FOOT,
            name=name[:_LONGEST_NAME_AT_FOOT],
            at=words.time(facts.made_at),
            version=facts.version(),
        ),
        page=_PAGE.read(language),
        sections=[
            child_section(words, child, facts.diagnoses, facts.today),
            plan_section(words, facts.plan, facts.plan_maker),
            dose_section(words, facts.adherence),
            results_section(words, facts.results),
            trends_section(words, facts.trends),
            progress_section(words, facts.results),
            notes_section(words),
        ],
    )
