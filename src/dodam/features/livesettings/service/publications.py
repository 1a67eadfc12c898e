"""Publishing settings: from when they hold, what was before, and going back to it.

Versions are written once. Which is in force is a matter of dates alone: a version that is to come
takes effect by itself, and until then it can be cancelled.
"""

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import asdict

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.livesettings.errors.settings import (
    TOO_EARLY_OR_LATE,
    NamespaceNotFound,
    TookEffect,
    VersionNotFound,
)
from dodam.features.livesettings.models.contents import Content
from dodam.features.livesettings.models.differences import Difference, differences
from dodam.features.livesettings.models.namespaces import Namespace
from dodam.features.livesettings.models.publications import (
    ListedSettingsVersion,
    Publication,
    SettingsPublicationForm,
    SettingsRestoreForm,
    SettingsState,
    SettingsVersion,
)
from dodam.features.livesettings.service.drafts import Drafts
from dodam.features.livesettings.service.in_force import InForce
from dodam.features.livesettings.service.outcomes import broken
from dodam.features.livesettings.store import namespaces
from dodam.features.livesettings.store import publications as store
from dodam.features.livesettings.store.publications import Name, Published
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.ids import new_id
from dodam.platform.json_schema.schemas import JsonSchema

_FURTHEST = timedelta(days=366)
# What the clocks of two machines may differ by.
_SKEW = timedelta(seconds=10)


class Publications:
    def __init__(self, clock: Clock, in_force: InForce, drafts: Drafts, audit: Audit) -> None:
        self._clock = clock
        self._in_force = in_force
        self._drafts = drafts
        self._audit = audit

    async def page(
        self, db: Reading, namespace: str, *, before: int, limit: int
    ) -> list[ListedSettingsVersion]:
        """Versions below a number, the newest first. Raises NamespaceNotFound."""
        await self._require(db, namespace)
        now = self._clock.now()
        in_force = await store.NAME_IN_FORCE.first(db, of_namespace=namespace, now=now)
        return [
            ListedSettingsVersion(state=_state(each, now, in_force), **asdict(each))
            for each in await store.PAGE.all(db, of_namespace=namespace, before=before, most=limit)
        ]

    async def one(self, db: Reading, namespace: str, version: int) -> SettingsVersion:
        """Raises VersionNotFound."""
        return await self._shown(db, await self._find(db, namespace, version))

    async def content(self, db: Reading, namespace: str, version: int | None) -> Content:
        """What a version says, or the draft; version 0 is before anything was published.

        Raises NamespaceNotFound, VersionNotFound.
        """
        if version is None:
            return (await self._drafts.of(db, namespace)).content
        await self._require(db, namespace)
        return Content() if version == 0 else (await self._find(db, namespace, version)).content

    async def compare(
        self, db: Reading, namespace: str, one: int | None, other: int | None
    ) -> list[Difference]:
        """How one differs from another, as `content` takes them."""
        return differences(
            await self.content(db, namespace, one), await self.content(db, namespace, other)
        )

    async def publish(
        self, tx: Transaction, by: Actor, namespace: str, form: SettingsPublicationForm
    ) -> SettingsVersion:
        """Publish the draft. Raises NamespaceNotFound, EditedMeanwhile, InvalidInput."""
        known = await self._change(tx, namespace)
        draft = await self._drafts.take(tx, namespace, form.edit)
        return await self._add(tx, by, known, draft.content, draft.note, form.takes_effect_at)

    async def restore(
        self, tx: Transaction, by: Actor, namespace: str, version: int, form: SettingsRestoreForm
    ) -> SettingsVersion:
        """Publish what an earlier version said again; it must keep to the schema of today.

        Raises NamespaceNotFound, VersionNotFound, InvalidInput.
        """
        known = await self._change(tx, namespace)
        earlier = await self._find(tx, namespace, version)
        return await self._add(
            tx, by, known, earlier.content, form.note, form.takes_effect_at, restores=version
        )

    async def cancel(
        self, tx: Transaction, by: Actor, namespace: str, version: int
    ) -> SettingsVersion:
        """Take back what has not taken effect; what was taken back stays so.

        Raises VersionNotFound, TookEffect.
        """
        await self._in_force.change(tx)
        found = await self._find(tx, namespace, version)
        now = self._clock.now()
        if found.cancelled_at is None:
            if found.takes_effect_at <= now:
                raise TookEffect
            await store.CANCEL.execute(tx, publication=found.id, at=now, by=by.id)
            await self._note(tx, by, "settings.cancelled", found)
            found = msgspec.structs.replace(found, cancelled_at=now, cancelled_by=by.id)
        return await self._shown(tx, found)

    async def _change(self, tx: Transaction, namespace: str) -> Namespace:
        """The namespace, which is not changed by others before `tx` ends."""
        await self._in_force.change(tx)
        known = await namespaces.FIND.first(tx, namespace=namespace)
        if known is None or known.retired_at is not None:
            raise NamespaceNotFound
        return known

    async def _add(
        self,
        tx: Transaction,
        by: Actor,
        namespace: Namespace,
        content: Content,
        note: str,
        takes_effect_at: datetime | None,
        *,
        restores: int | None = None,
    ) -> SettingsVersion:
        newest = await store.NEWEST.first(tx, of_namespace=namespace.name)
        now = _time_of(self._clock.now(), newest)
        if takes_effect_at is not None and not now <= takes_effect_at <= now + _FURTHEST:
            raise InvalidInput(fields=[TOO_EARLY_OR_LATE])
        schema = JsonSchema(namespace.schema)
        if wrong := await broken(schema, namespace.defaults, content):
            raise InvalidInput(fields=wrong)
        [added] = await store.ADD.all(
            tx,
            id=new_id(),
            namespace=namespace.name,
            version=newest.version + 1 if newest else 1,
            value=content.value,
            rules=content.rules,
            note=note,
            takes_effect_at=takes_effect_at or now,
            published_at=now,
            published_by=by.id,
            restores=restores,
            cancelled_at=None,
            cancelled_by=None,
        )
        await self._note(tx, by, "settings.published", added)
        return await self._shown(tx, added)

    async def _note(self, tx: Transaction, by: Actor, action: str, version: Published) -> None:
        await self._audit.record(
            tx,
            by,
            action,
            Subject("settings_version", version.id),
            namespace=version.namespace,
            version=version.version,
            takes_effect_at=version.takes_effect_at.isoformat(),
        )

    async def _require(self, db: Reading, namespace: str) -> None:
        if await namespaces.FIND.first(db, namespace=namespace) is None:
            raise NamespaceNotFound

    async def _find(self, db: Reading, namespace: str, version: int) -> Published:
        found = await store.FIND.first(db, of_namespace=namespace, version=version)
        if found is None:
            raise VersionNotFound
        return found

    async def _shown(self, db: Reading, version: Published) -> SettingsVersion:
        now = self._clock.now()
        in_force = await store.NAME_IN_FORCE.first(db, of_namespace=version.namespace, now=now)
        return SettingsVersion(state=_state(version, now, in_force), **asdict(version))


def _state(version: Publication, now: datetime, in_force: Name | None) -> SettingsState:
    if version.cancelled_at is not None:
        return SettingsState.CANCELLED
    if version.takes_effect_at > now:
        return SettingsState.SCHEDULED
    if in_force is not None and version.version == in_force.version:
        return SettingsState.IN_FORCE
    return SettingsState.PAST


def _time_of(now: datetime, newest: Name | None) -> datetime:
    """When a version is published: never before the last, whose clock may have been a bit ahead.

    Else that one would go on holding.
    """
    if newest is not None and now < newest.published_at <= now + _SKEW:
        return newest.published_at
    return now
