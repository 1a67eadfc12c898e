"""Drafts: one a namespace, on which whoever changes it builds on the last edit."""

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.livesettings.errors.settings import EditedMeanwhile, NamespaceNotFound
from dodam.features.livesettings.models.contents import Content
from dodam.features.livesettings.models.publications import SettingsDraft, SettingsDraftForm
from dodam.features.livesettings.service.outcomes import broken, unfit
from dodam.features.livesettings.store import drafts as store
from dodam.features.livesettings.store import namespaces, publications
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.json_schema.schemas import JsonSchema


class Drafts:
    def __init__(self, clock: Clock, audit: Audit) -> None:
        self._clock = clock
        self._audit = audit

    async def of(self, db: Reading, namespace: str) -> SettingsDraft:
        """The draft; where nobody made one, what is in force, as edit 0.

        Raises NamespaceNotFound.
        """
        if await namespaces.FIND.first(db, namespace=namespace) is None:
            raise NamespaceNotFound
        draft = await store.FIND.first(db, of_namespace=namespace)
        if draft is not None:
            return draft
        in_force = await publications.IN_FORCE.first(
            db, of_namespace=namespace, now=self._clock.now()
        )
        content = in_force.content if in_force else Content()
        return SettingsDraft(edit=0, value=content.value, rules=content.rules, note="")

    async def put(
        self, tx: Transaction, by: Actor, namespace: str, form: SettingsDraftForm
    ) -> SettingsDraft:
        """Change the draft. Raises NamespaceNotFound, EditedMeanwhile, InvalidInput."""
        known = await namespaces.FIND_FOR_SHARE.first(tx, namespace=namespace)
        if known is None or known.retired_at is not None:
            raise NamespaceNotFound
        content = Content(form.value, form.rules)
        wrong = unfit(content) or await broken(JsonSchema(known.schema), known.defaults, content)
        if wrong:
            raise InvalidInput(fields=wrong)
        values = {
            "value": form.value,
            "rules": form.rules,
            "note": form.note,
            "changed_at": self._clock.now(),
            "changed_by": by.id,
        }
        if form.edit == 0:
            draft = await store.BEGIN.first(tx, namespace=namespace, **values)
        else:
            draft = await store.CHANGE.first(
                tx, of_namespace=namespace, based_on=form.edit, **values
            )
        if draft is None:
            raise await self._edited_meanwhile(tx, namespace)
        await self._audit.record(
            tx,
            by,
            "settings_draft.changed",
            Subject("settings_namespace", known.id),
            namespace=namespace,
            edit=draft.edit,
        )
        return draft

    async def take(self, tx: Transaction, namespace: str, edit: int) -> SettingsDraft:
        """The draft, to be published. That is an edit: of two who do so at once one is told.

        Raises EditedMeanwhile.
        """
        taken = await store.TAKE.first(tx, of_namespace=namespace, based_on=edit)
        if taken is None:
            raise await self._edited_meanwhile(tx, namespace)
        return taken

    async def _edited_meanwhile(self, tx: Transaction, namespace: str) -> EditedMeanwhile:
        draft = await store.FIND.first(tx, of_namespace=namespace)
        return EditedMeanwhile(details={"edit": draft.edit if draft else 0})
