"""Patch notes: written and published by staff, read by families."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from msgspec.structs import asdict

from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.livesettings.errors import patch_notes as errors
from dodam.features.livesettings.models.markdown import markdown_errors
from dodam.features.livesettings.models.patch_notes import (
    MOST_BYTES,
    ChangedPatchNote,
    NewPatchNote,
    NoteState,
    NoteText,
    PatchNote,
    PatchNoteEdit,
    Publishing,
    RunningApp,
    ShownPatchNotes,
    Withdrawal,
    newest_version_first,
    shown,
)
from dodam.features.livesettings.store import patch_notes as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.i18n import Language
from dodam.platform.ids import new_id
from dodam.platform.revisions import Revised

_FURTHEST = timedelta(days=366)
# What an edit says, beside who made it and when.
_SAID = ("app_version", "platforms", "text", "publish_at", "withdrawn")


class PatchNotes:
    """Published notes are read at every start of the game, so they are kept in memory."""

    def __init__(self, clock: Clock, audit: Audit, withdrawals: Withdrawals) -> None:
        self._clock = clock
        self._audit = audit
        self._withdrawals = withdrawals
        self._published = Revised("patch_notes", _read)

    async def shown(
        self,
        db: Reading,
        account_id: UUID,
        language: Language,
        app: RunningApp,
        *,
        most: int,
        unread_only: bool = False,
    ) -> ShownPatchNotes:
        """What a client is to see: notes on the version it runs and on those before."""
        now = self._clock.now()
        notes = [
            (each, each.publish_at)
            for each in await self._published.current(db)
            if each.publish_at is not None
            and each.state_at(now) is NoteState.PUBLISHED
            and each.is_for(app)
        ]
        ids = [each.id for each, _ in notes]
        read = {row.note_id for row in await store.READ.all(db, account=account_id, notes=ids)}
        listed = [each for each in notes if not (unread_only and each[0].id in read)]
        return ShownPatchNotes(
            unread=len(notes) - len(read),
            notes=[
                shown(each, published_at, language, read=each.id in read)
                for each, published_at in listed[:most]
            ],
        )

    async def mark_read(self, tx: Transaction, account_id: UUID, note_id: UUID) -> None:
        """Remember that somebody has read a published note. Raises PatchNoteNotFound."""
        now = self._clock.now()
        note = await store.NEWEST.first(tx, note=note_id)
        if note is None or note.state_at(now) is not NoteState.PUBLISHED:
            raise errors.PatchNoteNotFound
        await store.MARK_READ.execute(tx, account=account_id, note=note_id, now=now)

    async def all(self, db: Reading, limit: int) -> list[PatchNote]:
        """The newest edit of each note, whatever its state; the note made last first."""
        return [self._told(each) for each in await store.ALL.all(db, most=limit)]

    async def edits(self, db: Reading, note_id: UUID) -> list[PatchNote]:
        """Every edit of a note, the newest first. Raises PatchNoteNotFound."""
        edits = await store.EDITS.all(db, note=note_id)
        if not edits:
            raise errors.PatchNoteNotFound
        return [self._told(each) for each in edits]

    async def make(self, tx: Transaction, by: Actor, form: NewPatchNote) -> PatchNote:
        """A draft. Raises InvalidInput."""
        await _check(form.text)
        draft = {**_said(form), "publish_at": None, "withdrawn": False}
        return await self._add(tx, by, "patch_note.made", new_id(), 1, draft)

    async def change(
        self, tx: Transaction, by: Actor, note_id: UUID, form: ChangedPatchNote
    ) -> PatchNote:
        """Correct a note; one that is published shows its new words at once.

        Raises PatchNoteNotFound, PatchNoteChanged, InvalidInput.
        """
        newest = await self._newest(tx, note_id, form.edit)
        await _check(form.text)
        return await self._follow(tx, by, "patch_note.changed", newest, _said(form))

    async def publish(
        self, tx: Transaction, by: Actor, note_id: UUID, form: Publishing
    ) -> PatchNote:
        """Show a note to families from an instant on; a withdrawn one comes back.

        Raises PatchNoteNotFound, PatchNoteChanged, PatchNotePublished, InvalidInput.
        """
        newest = await self._newest(tx, note_id, form.edit)
        now = self._clock.now()
        if newest.state_at(now) is NoteState.PUBLISHED:
            raise errors.PatchNotePublished
        at = form.at or now
        if not now <= at <= now + _FURTHEST:
            raise InvalidInput(fields=[errors.NOT_AHEAD])
        dates = {"publish_at": at, "withdrawn": False}
        return await self._follow(tx, by, "patch_note.published", newest, dates)

    async def withdraw(
        self, tx: Transaction, by: Actor, note_id: UUID, form: Withdrawal
    ) -> PatchNote:
        """Show a note no more, or put a draft away.

        Raises PatchNoteNotFound, PatchNoteChanged, PatchNoteWithdrawn.
        """
        newest = await self._newest(tx, note_id, form.edit)
        if newest.withdrawn:
            raise errors.PatchNoteWithdrawn
        return await self._follow(tx, by, "patch_note.withdrawn", newest, {"withdrawn": True})

    async def erase(self, tx: Transaction, account_id: UUID) -> None:
        """Keep nothing of an account that is erased, and add it to the proof."""
        rows = {"patch_note_read": await store.ERASE.execute(tx, account=account_id)}
        await self._withdrawals.note_erasure(tx, account_id, "livesettings", rows)

    async def _newest(self, tx: Transaction, note_id: UUID, looked_at: int) -> PatchNoteEdit:
        newest = await store.NEWEST.first(tx, note=note_id)
        if newest is None:
            raise errors.PatchNoteNotFound
        if newest.edit != looked_at:
            raise errors.PatchNoteChanged(details={"edit": newest.edit})
        return newest

    async def _follow(
        self,
        tx: Transaction,
        by: Actor,
        action: str,
        newest: PatchNoteEdit,
        changes: Mapping[str, object],
    ) -> PatchNote:
        said = {name: getattr(newest, name) for name in _SAID}
        return await self._add(tx, by, action, newest.id, newest.edit + 1, {**said, **changes})

    async def _add(
        self,
        tx: Transaction,
        by: Actor,
        action: str,
        note_id: UUID,
        edit: int,
        said: Mapping[str, object],
    ) -> PatchNote:
        added = await store.ADD.first(
            tx, id=note_id, edit=edit, made_by=by.id, made_at=self._clock.now(), **said
        )
        if added is None:
            raise errors.PatchNoteChanged(details={"edit": edit})
        subject = Subject("patch_note", note_id)
        await self._audit.record(
            tx,
            by,
            action,
            subject,
            edit=edit,
            app_version=added.app_version,
            publish_at=added.publish_at,
        )
        await self._published.changed(tx)
        return self._told(added)

    def _told(self, edit: PatchNoteEdit) -> PatchNote:
        return PatchNote(**asdict(edit), state=edit.state_at(self._clock.now()))


async def _read(db: Reading) -> Sequence[PatchNoteEdit]:
    return newest_version_first(await store.PUBLISHED.all(db))


def _said(form: NewPatchNote) -> dict[str, object]:
    return {
        "app_version": form.app_version,
        "platforms": None if form.platforms is None else sorted(set(form.platforms)),
        "text": form.text,
    }


async def _check(text: NoteText) -> None:
    # Off the event loop: what is written to be slow takes up to a second.
    wrong = await to_thread(_errors, text)
    if wrong:
        raise InvalidInput(fields=wrong)


def _errors(text: NoteText) -> list[FieldError]:
    wrong: list[FieldError] = []
    for field, markdown in (("text.ko", text.ko), ("text.en", text.en)):
        if len(markdown.encode()) > MOST_BYTES:
            wrong.append(errors.too_large(field, MOST_BYTES))
        else:
            wrong += markdown_errors(markdown, field)
    return wrong
