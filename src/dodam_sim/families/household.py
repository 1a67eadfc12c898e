"""One family at the server: it moves in, plays, sends again, and checks what it is told."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import msgspec

from dodam_sim.families.answers import (
    ConsentDocument,
    Motion,
    Plan,
    RegisteredChild,
    UploadReceipt,
)
from dodam_sim.families.attendance import History
from dodam_sim.families.behaviour import play_weeks
from dodam_sim.families.check import ask, check
from dodam_sim.families.client import Guardian, Server
from dodam_sim.families.compare import Comparison
from dodam_sim.families.ledger import Ledger
from dodam_sim.families.persona import Child, Family
from dodam_sim.families.plays import Session
from dodam_sim.families.post import replayed, uploads_of
from dodam_sim.families.receipt import check_receipt
from dodam_sim.families.summary import Counts, Difference
from dodam_sim.families.tablet import Tablet, Upload

CORRECTED_CLOCK_SLACK = timedelta(seconds=5)
"""A corrected time is late by as long as the upload travelled and waited."""


@dataclass(frozen=True, slots=True)
class Diary:
    """One child's weeks: the plan they follow, what was played, and how it is sent."""

    child: Child
    plans: Sequence[Plan]
    ledger: Ledger
    sessions: Sequence[Session]
    uploads: Sequence[Upload]
    comparison: Comparison
    bimanual: frozenset[str]
    acknowledged: set[object] = field(default_factory=set[object])

    def history(self, plans: Sequence[Plan], today: date) -> History:
        """Return the child's history as of `today`, under those plans."""
        child = self.child
        return History(plans, self.ledger, child.excused, self.bimanual, child.first_day, today)


def write_diary(
    child: Child, tablets: Sequence[Tablet], plans: Sequence[Plan], catalogue: Sequence[Motion]
) -> Diary:
    """Let a child play its weeks, and note each play at the time it must count for."""
    sessions = play_weeks(child, plans, catalogue, len(tablets))
    ledger = Ledger(child.days)
    for session in sessions:
        for play in session.plays:
            ledger.write(tablets[session.tablet].as_counted(play))
    uploads = uploads_of(child, sessions, tablets)
    comparison = Comparison(f"{child.name} {child.id}")
    bimanual = frozenset(motion.id for motion in catalogue if motion.bimanual)
    return Diary(child, plans, ledger, sessions, uploads, comparison, bimanual)


def newest(documents: Sequence[ConsentDocument], *kinds: str) -> dict[str, int]:
    """Return the newest version on offer of each of those documents."""
    return {
        kind: max(document.version for document in documents if document.kind == kind)
        for kind in kinds
    }


def guardian_of(family: Family, server: Server) -> Guardian:
    return Guardian(server, family.email, family.password, family.guardian)


class Household:
    """A family with its guardian's way to the server. Every step may be repeated."""

    def __init__(self, family: Family, guardian: Guardian, counts: Counts) -> None:
        self.family = family
        self.guardian = guardian
        self.diaries: list[Diary] = []
        self._counts = counts

    @property
    def differences(self) -> list[Difference]:
        return [found for diary in self.diaries for found in diary.comparison.differences]

    async def move_in(self) -> None:
        """Open the account and settle."""
        await self.guardian.sign_up()
        await self.settle()

    async def settle(self) -> None:
        """Consent, register the children, and let each play its weeks by the plan it is given."""
        documents = await self.guardian.get("/v1/consent-documents", list[ConsentDocument])
        await self.guardian.put("/v1/account/consents", newest(documents, "terms", "privacy"))
        consent = {
            "given_by": "legal_guardian",
            "documents": newest(documents, "child_data", "child_health"),
        }
        catalogue = await self.guardian.get("/v1/motions", list[Motion])
        for child in self.family.children:
            self.diaries.append(await self._register(child, catalogue, consent))
        self._count()

    async def play(self) -> None:
        """Send every upload, in the order of the tablets. A week later the app signs on anew."""
        await self.guardian.refresh()
        for diary in self.diaries:
            await self._send(diary, diary.uploads)

    async def replay(self, turn: int) -> None:
        """Send everything once more in another order; nothing may change by it."""
        for diary in self.diaries:
            await self._send(diary, replayed(diary.uploads, diary.child, turn))

    async def check(self, now: Callable[[], datetime]) -> None:
        """Compare all that the server says of each child with its ledger."""
        for diary in self.diaries:
            days, first_day = diary.child.days, diary.child.first_day
            today = days.day_of(now())
            answers = await ask(self.guardian, diary.child.id, first_day, today)
            if today != days.day_of(now()):
                # A day began in between, and the answers are of both.
                today = days.day_of(now())
                answers = await ask(self.guardian, diary.child.id, first_day, today)
            history = diary.history(answers.plans, today)
            check(diary.comparison, history, answers, self._slack)
            self._counts.numbers += diary.comparison.numbers

    async def _register(
        self, child: Child, catalogue: Sequence[Motion], consent: Mapping[str, object]
    ) -> Diary:
        wanted = RegisteredChild(
            child.id, child.days.start_hour, child.days.zone.key, child.first_day
        )
        application = {
            **msgspec.to_builtins(wanted),
            "name": child.name,
            "birth_date": child.birth_date.isoformat(),
            "sex": child.sex,
            "affected_hand": child.affected_hand,
            "dominant_hand": child.dominant_hand,
            "language": child.language,
            "consent": consent,
        }
        body = msgspec.json.encode(application)
        registered = await self.guardian.post("/v1/children", lambda _: body, RegisteredChild)
        base = f"/v1/children/{child.id}"
        # Who was registered by an earlier run may have consented to older versions.
        await self.guardian.put(f"{base}/consent", consent)
        for day in sorted(child.excused):
            reason = {"reason": "illness" if day in child.sick else "holiday"}
            await self.guardian.put(f"{base}/exceptional-days/{day}", reason)
        plans = await self.guardian.get(f"{base}/plans", list[Plan])
        diary = write_diary(child, self.family.tablets, plans, catalogue)
        diary.comparison.same(None, "registered child", wanted, registered)
        return diary

    async def _send(self, diary: Diary, uploads: Sequence[Upload]) -> None:
        path = f"/v1/children/{diary.child.id}/play-records"
        for upload in uploads:
            sendings = (
                self.guardian.post(path, upload.body, UploadReceipt)
                for _ in range(1 + upload.hasty)
            )
            # Which of two at once is first is up to the server: judge both by what was before.
            before = frozenset(diary.acknowledged)
            for receipt in await asyncio.gather(*sendings):
                diary.acknowledged.update(check_receipt(diary.comparison, upload, receipt, before))
                self._count_receipt(upload, receipt)

    def _count_receipt(self, upload: Upload, receipt: UploadReceipt) -> None:
        counts = self._counts
        counts.uploads += 1
        counts.late += upload.late
        counts.records += len(upload.records)
        counts.created += receipt.created
        counts.duplicates += receipt.duplicates
        counts.rejected += receipt.rejected

    @property
    def _slack(self) -> timedelta:
        corrected = any(tablet.is_corrected for tablet in self.family.tablets)
        return CORRECTED_CLOCK_SLACK if corrected else timedelta()

    def _count(self) -> None:
        counts = self._counts
        counts.families += 1
        counts.children += len(self.diaries)
        counts.dropouts += sum(
            d.child.habits.motivation.leaves_after is not None for d in self.diaries
        )
        counts.wrong_clocks += sum(tablet.is_corrected for tablet in self.family.tablets)
        counts.sessions += sum(len(diary.sessions) for diary in self.diaries)
        counts.plays += sum(len(diary.ledger) for diary in self.diaries)
