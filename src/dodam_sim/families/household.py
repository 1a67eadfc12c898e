"""One family at the server: it moves in, plays, sends again, and checks what it is told."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from dodam_sim.families.answers import (
    ConsentDocument,
    Motion,
    Plan,
    RegisteredChild,
    UploadReceipt,
)
from dodam_sim.families.arranging import excuse, make_plan
from dodam_sim.families.asking import ask
from dodam_sim.families.check_games import ask_about_games, check_games
from dodam_sim.families.client import Guardian, Server
from dodam_sim.families.diary import Diary, write_diary
from dodam_sim.families.game_time import GameTime, likes_games, play_games
from dodam_sim.families.persona import Child, Family
from dodam_sim.families.planning import plan_ahead
from dodam_sim.families.post import replayed
from dodam_sim.families.receipt import check_receipt
from dodam_sim.families.summary import Counts, Difference
from dodam_sim.families.tablet import PLAYS, Upload
from dodam_sim.families.ticket_rules import tickets_come

CORRECTED_CLOCK_SLACK = timedelta(seconds=5)
"""A corrected time is late by as long as the upload travelled and waited."""


def newest(documents: Sequence[ConsentDocument], *kinds: str) -> dict[str, int]:
    """Return the newest version on offer of each of those documents."""
    return {
        kind: max(document.version for document in documents if document.kind == kind)
        for kind in kinds
    }


def guardian_of(family: Family, server: Server) -> Guardian:
    return Guardian(server, family.email, family.password, family.guardian)


def _asked_rule(plan: Plan) -> Mapping[str, object]:
    """The plan's hand rule as it was asked for."""
    rule = plan.hand_rule
    named = {"rule": rule.rule, "affected_share": rule.affected_share} if rule else {}
    return {name: value for name, value in named.items() if value is not None}


class Household:
    """A family with its guardian's way to the server. Every step may be repeated."""

    def __init__(self, family: Family, guardian: Guardian, counts: Counts) -> None:
        self.family = family
        self.guardian = guardian
        self.diaries: list[Diary] = []
        self.game_times: dict[UUID, GameTime] = {}
        self._counts = counts
        self._catalogue: Sequence[Motion] = ()

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
        self._catalogue = await self.guardian.get("/v1/motions", list[Motion])
        for child in self.family.children:
            self.diaries.append(await self._register(child, consent))
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

    async def plan_ahead(self, now: Callable[[], datetime]) -> None:
        """Make plans of the family's own, unless an earlier run did."""
        for diary in self.diaries:
            child = diary.child
            wanted = plan_ahead(child, self._catalogue, child.days.day_of(now()))
            if wanted is None or any(plan.source == "guardian" for plan in diary.plans):
                continue
            made = await make_plan(self.guardian, f"/v1/children/{child.id}", wanted)
            asked = wanted.form["hand_rule"]
            diary.comparison.same(None, "plan ahead: hand rule", asked, _asked_rule(made))
            self._counts.plans += 1

    async def play_games(self, now: Callable[[], datetime]) -> None:
        """Let those of the children who like mini-games play some, with what therapy earned."""
        for diary in self.diaries:
            child = diary.child
            if likes_games(child):
                await tickets_come(
                    self.guardian, child.id, diary.history(diary.plans, child.days.day_of(now()))
                )
                time = await play_games(self.guardian, child, diary.comparison)
                self.game_times[child.id] = time
                self._counts.game_plays += sum(len(plays) for plays in time.granted.values())
                self._counts.game_results += len(time.records)

    async def check(self, now: Callable[[], datetime]) -> None:
        """Compare all that the server says of each child with its diary."""
        for diary in self.diaries:
            days, first_day = diary.child.days, diary.child.first_day
            asked_at = now()
            answers = await ask(self.guardian, diary.child.id, first_day, days.day_of(asked_at))
            if days.day_of(asked_at) != days.day_of(now()):
                # A day began in between, and the answers are of both.
                asked_at = now()
                answers = await ask(self.guardian, diary.child.id, first_day, days.day_of(asked_at))
            diary.check(answers, asked_at, self._shared, self._slack)
            if time := self.game_times.get(diary.child.id):
                history = diary.history(answers.plans, days.day_of(asked_at))
                told = await ask_about_games(self.guardian, diary.child.id)
                check_games(diary.comparison, time, history, told)
            self._counts.numbers += diary.comparison.numbers

    async def _register(self, child: Child, consent: Mapping[str, object]) -> Diary:
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
        plans = await self.guardian.get(f"{base}/plans", list[Plan])
        diary = write_diary(child, self.family.tablets, plans, self._catalogue, self.diaries)
        pauses = await excuse(self.guardian, base, diary.absence)
        self._counts.pauses += pauses
        diary.comparison.same(None, "registered child", wanted, registered)
        return diary

    async def _send(self, diary: Diary, uploads: Sequence[Upload]) -> None:
        base = f"/v1/children/{diary.child.id}"
        for upload in uploads:
            sendings = (
                self.guardian.post(f"{base}/{upload.to}", upload.body, UploadReceipt)
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
        if upload.to == PLAYS:
            counts.created += receipt.created
        else:
            counts.events += receipt.created
        counts.duplicates += receipt.duplicates
        counts.rejected += receipt.rejected

    @property
    def _shared(self) -> set[UUID]:
        """The ids of sessions that more than one of the children have."""
        ids = Counter(key for diary in self.diaries for key in {s.id for s in diary.sessions})
        return {key for key, children in ids.items() if children > 1}

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
        counts.sessions += sum(len(diary.told) for diary in self.diaries)
        counts.handed_on += len(self._shared)
        counts.plays += sum(len(diary.ledger) for diary in self.diaries)
