"""Correcting which plays count, and for which child, while tablets go on uploading."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from msgspec import Struct, structs

from dodam.features.audit.models import Actor
from dodam.features.children.errors import ChildNotFound
from dodam.features.children.models.children import Child, GuardiansChild
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.therapy import errors
from dodam.features.therapy.models.corrections import (
    CorrectedPlay,
    Correcting,
    Correction,
    CorrectionKind,
    CorrectionPage,
    NewCorrection,
    PlayStanding,
    standing_after,
)
from dodam.features.therapy.models.plausibility import flags
from dodam.features.therapy.service.attended import Attended
from dodam.features.therapy.service.goals import Goals, PlayedDay
from dodam.features.therapy.store import corrections as store
from dodam.features.therapy.store.corrections import PlayToCorrect
from dodam.features.therapy.store.plays import NewPlay, add_plays
from dodam.features.therapy.store.recounting import Touched
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.i18n import Text

_AFTER_ALL = 2**31 - 1
_ACTIONS = {
    Correcting.VOID: "play.voided",
    Correcting.RESTORE: "play.restored",
    Correcting.REASSIGN: "play.reassigned",
}


class _Part(Struct, frozen=True):
    """What a correction does to one child's plays: how some stand afterwards, and new ones."""

    child: GuardiansChild
    kind: CorrectionKind
    other_child_id: UUID | None
    stored: list[tuple[PlayToCorrect, PlayStanding]]
    added: list[NewPlay]

    def corrected(self) -> list[CorrectedPlay]:
        return [
            *(CorrectedPlay(play.id, play.standing, after) for play, after in self.stored),
            *(
                CorrectedPlay(play.id, PlayStanding.ABSENT, PlayStanding.COUNTED)
                for play in self.added
            ),
        ]


class Corrections:
    """Opens its own scope, for an upload to the same days may break a correction off."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        care_teams: CareTeams,
        catalogue: Catalogue,
        goals: Goals,
        attended: Attended,
    ) -> None:
        self._database = database
        self._clock = clock
        self._care_teams = care_teams
        self._catalogue = catalogue
        self._goals = goals
        self._attended = attended

    async def make(self, by: Actor, child_id: UUID, form: NewCorrection) -> Correction:
        """Correct all of the plays, or none.

        What a child reaches by plays that it is given, or given back, is told of as if they came in
        now. Raises ChildNotFound, InvalidInput, NothingToCorrect.
        """

        async def attempt() -> Correction:
            async with self._database.transaction() as tx:
                return await self._make(tx, by, child_id, form)

        return await self._database.retrying(attempt)

    async def of(self, db: Reading, child: Child, cursor: int | None, limit: int) -> CorrectionPage:
        """A child's corrections before number `cursor`, the newest first."""
        found = await store.PAGE.all(
            db, child=child.id, before=cursor or _AFTER_ALL, most=limit + 1
        )
        shown = found[:limit]
        plays: dict[int, list[CorrectedPlay]] = {row.number: [] for row in shown}
        for row in await store.PLAYS_OF.all(db, child=child.id, numbers=list(plays)):
            plays[row.number].append(CorrectedPlay(row.play_id, row.before, row.after))
        return CorrectionPage(
            [Correction(**structs.asdict(row), plays=plays[row.number]) for row in shown],
            shown[-1].number if len(found) > limit else None,
        )

    async def _make(
        self, tx: Transaction, by: Actor, child_id: UUID, form: NewCorrection
    ) -> Correction:
        child, sibling = await self._hold(tx, by, child_id, form)
        found = await store.PLAYS.all(tx, child=child.id, ids=form.plays)
        changed = _changed(form, {play.id: play for play in found})
        other_id = sibling and sibling.id
        parts = [_Part(child, CorrectionKind(form.kind), other_id, changed, [])]
        if sibling is not None:
            received = await self._received(tx, sibling, form, parts[0])
            if received.corrected():
                parts.append(received)
        plays = [
            play for part in parts for play in (*(stored for stored, _ in part.stored), *part.added)
        ]
        touched = Touched(
            {(play.child_id, play.therapy_day) for play in plays},
            {(play.child_id, play.session_id) for play in plays},
        )
        await touched.hold(tx)
        for part in parts:
            await self._apply(tx, part)
        await touched.recount(tx)
        if form.kind is not Correcting.VOID:
            # The sibling has them now, or the child again.
            owner = sibling or child
            days = {day for whose, day in touched.days if whose == owner.id}
            played = [PlayedDay(owner.guardian_id, owner, day) for day in sorted(days)]
            await self._goals.plays_added(tx, played)
        corrections = [await self._note(tx, by, part, form.reason) for part in parts]
        return corrections[0]

    async def _hold(
        self, tx: Transaction, by: Actor, child_id: UUID, form: NewCorrection
    ) -> tuple[GuardiansChild, GuardiansChild | None]:
        """The child and, where plays are reassigned, the sibling; the caller treats both.

        In order of their ids, so that corrections between two siblings wait for each other.
        """
        wanted = {child_id: _ACTIONS[form.kind]}
        if form.to_child_id is not None:
            if form.kind is not Correcting.REASSIGN:
                raise InvalidInput(fields=[errors.SIBLING_NOT_ASKED_FOR])
            wanted.setdefault(form.to_child_id, "play.received")
        held: dict[UUID, GuardiansChild] = {}
        for each, action in sorted(wanted.items()):
            try:
                held[each] = await self._care_teams.hold(
                    tx, by, each, action, plays=len(form.plays)
                )
            except ChildNotFound:
                if each == child_id:
                    raise
        child = held.pop(child_id)
        sibling = next(iter(held.values()), None)
        if form.kind is Correcting.REASSIGN and (
            sibling is None or sibling.guardian_id != child.guardian_id
        ):
            raise InvalidInput(fields=[errors.NO_SIBLING])
        return child, sibling

    async def _received(
        self, tx: Transaction, sibling: GuardiansChild, form: NewCorrection, given: _Part
    ) -> _Part:
        """What becomes of the sibling's plays by those it is given.

        One that it gave away before counts again. One that was uploaded for both of them counts
        already, and counts once.
        """
        plays = [play for play, _ in given.stored]
        ids = [play.id for play in plays]
        there = {each.id: each for each in await store.PLAYS.all(tx, child=sibling.id, ids=ids)}
        wrong = {
            play.id
            for play in plays
            if play.id in there and there[play.id].fingerprint != play.fingerprint
        }
        if wrong:
            raise InvalidInput(fields=_at(form, wrong, "id_reused", errors.PLAY_ID_TAKEN))
        catalogue = await self._catalogue.motions(tx)
        added: list[NewPlay] = []
        for play in plays:
            if play.id in there:
                continue
            day = sibling.therapy_day(play.started_at)
            odd = flags(play, catalogue[play.motion], sibling, play.started_at, day)
            added.append(play.given_to(sibling.id, day, list(odd)))
        counted = PlayStanding.COUNTED
        back = [(each, counted) for each in there.values() if each.standing is not counted]
        return _Part(sibling, CorrectionKind.RECEIVE, given.child.id, back, added)

    async def _apply(self, tx: Transaction, part: _Part) -> None:
        """Have the plays of a child stand as they are to; the sums are counted anew afterwards."""
        at = self._clock.now()
        for statement, is_counted in ((store.COUNT_AGAIN, True), (store.VOID, False)):
            ids = [
                play.id
                for play, after in part.stored
                if (after is PlayStanding.COUNTED) is is_counted
            ]
            if ids:
                await statement.execute(tx, child=part.child.id, ids=ids, at=at)
        if part.added:
            added = await add_plays(tx, part.added)
            guardian = part.child.guardian_id
            begun = [PlayedDay(guardian, part.child, day) for _, day in added.first_days]
            await self._attended.days_begun(tx, begun)

    async def _note(self, tx: Transaction, by: Actor, part: _Part, reason: str) -> Correction:
        plays = part.corrected()
        [noted] = await store.ADD.all(
            tx,
            child_id=part.child.id,
            kind=part.kind,
            reason=reason,
            made_by=by.id,
            made_at=self._clock.now(),
            other_child_id=part.other_child_id,
        )
        await store.ADD_PLAYS.execute(
            tx,
            child_id=part.child.id,
            number=noted.number,
            play_id=[play.id for play in plays],
            before=[play.before for play in plays],
            after=[play.after for play in plays],
        )
        return Correction(**structs.asdict(noted), plays=plays)


def _changed(
    form: NewCorrection, plays: Mapping[UUID, PlayToCorrect]
) -> list[tuple[PlayToCorrect, PlayStanding]]:
    """The plays that do not yet stand as asked for, and how they are to.

    Raises InvalidInput, NothingToCorrect.
    """
    after = {key: standing_after(form.kind, play.standing) for key, play in plays.items()}
    wrong = [
        *_at(form, set(form.plays) - plays.keys(), "unknown_play", errors.PLAY_UNKNOWN),
        *_at(
            form,
            {key for key, standing in after.items() if standing is None},
            "reassigned",
            errors.PLAY_REASSIGNED,
        ),
    ]
    if wrong:
        raise InvalidInput(fields=wrong)
    changed = [
        (plays[key], standing)
        for key, standing in after.items()
        if standing is not None and standing is not plays[key].standing
    ]
    if not changed:
        raise errors.NothingToCorrect
    return changed


def _at(form: NewCorrection, wrong: Iterable[UUID], code: str, text: Text) -> list[FieldError]:
    """An error for each place where one of the plays is named."""
    found = set(wrong)
    return [
        FieldError(f"plays[{index}]", code, text)
        for index, play_id in enumerate(form.plays)
        if play_id in found
    ]
