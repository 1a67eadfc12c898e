"""One child's diary: all that its family did, how it is sent, and what must come of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from dodam_sim.families.absence import Absence, absence_of
from dodam_sim.families.answers import Motion, Plan
from dodam_sim.families.asking import Answers
from dodam_sim.families.attendance import History
from dodam_sim.families.behaviour import play_weeks
from dodam_sim.families.check import check
from dodam_sim.families.check_outcomes import check_adherence, check_outcomes
from dodam_sim.families.check_schedule import check_schedule
from dodam_sim.families.check_sessions import check_sessions
from dodam_sim.families.compare import Comparison
from dodam_sim.families.event_post import with_events
from dodam_sim.families.ledger import Ledger
from dodam_sim.families.persona import Child
from dodam_sim.families.plays import Session
from dodam_sim.families.post import uploads_of
from dodam_sim.families.siblings import hand_on
from dodam_sim.families.sittings import sittings_of
from dodam_sim.families.tablet import Tablet, Upload
from dodam_sim.families.telling import Told, tell


@dataclass(frozen=True, slots=True)
class Diary:
    """One child's weeks: the plan they follow, what was played and told, and how it is sent."""

    child: Child
    tablets: Sequence[Tablet]
    plans: Sequence[Plan]
    absence: Absence
    ledger: Ledger
    sessions: Sequence[Session]
    told: Sequence[Told]
    uploads: Sequence[Upload]
    comparison: Comparison
    bimanual: frozenset[str]
    acknowledged: set[object] = field(default_factory=set[object])

    def history(self, plans: Sequence[Plan], today: date) -> History:
        """Return the child's history as of `today`, under those plans."""
        excused = self.absence.reasons()
        return History(plans, self.ledger, excused, self.bimanual, self.child.first_day, today)

    def check(
        self, answers: Answers, now: datetime, shared: Collection[UUID], slack: timedelta
    ) -> None:
        """Compare all that the server says with what is written here.

        `shared` are the ids of sessions that siblings have too; `slack` is by how much times may
        be off: nothing, or seconds where a wrong clock was corrected by the moment the upload
        arrived.
        """
        comparison = self.comparison
        history = self.history(answers.plans, self.child.days.day_of(now))
        check(comparison, history, answers, slack)
        sittings = sittings_of(self.ledger, self.told, self.tablets, shared)
        check_sessions(comparison, sittings, answers.sessions.sessions, now, slack)
        check_schedule(comparison, history, self.absence.pauses, answers.schedule.days)
        check_adherence(comparison, history, answers.adherence)
        check_outcomes(comparison, history, answers.outcomes.motions)


def write_diary(
    child: Child,
    tablets: Sequence[Tablet],
    plans: Sequence[Plan],
    catalogue: Sequence[Motion],
    siblings: Iterable[Diary] = (),
) -> Diary:
    """Let a child play its weeks, and note each play at the time it must count for.

    Some sessions go on with what one of the `siblings` began.
    """
    others = [session for sibling in siblings for session in sibling.sessions]
    sessions = hand_on(child, play_weeks(child, plans, catalogue, len(tablets)), others)
    ledger = Ledger(child.days)
    for session in sessions:
        for play in session.plays:
            ledger.write(tablets[session.tablet].as_counted(play))
    told = tell(child, sessions)
    return Diary(
        child=child,
        tablets=tablets,
        plans=plans,
        absence=absence_of(child),
        ledger=ledger,
        sessions=sessions,
        told=told,
        uploads=with_events(child, uploads_of(child, sessions, tablets), told, tablets),
        comparison=Comparison(f"{child.name} {child.id}"),
        bimanual=frozenset(motion.id for motion in catalogue if motion.bimanual),
    )
