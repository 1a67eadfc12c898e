"""Looking at settings as somebody else gets them, before anybody does."""

from typing import Any
from uuid import UUID

from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.children.models.children import GuardiansChild
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.children.service.children import Children
from dodam.features.livesettings.errors.settings import NamespaceNotFound
from dodam.features.livesettings.models.clients import Facts
from dodam.features.livesettings.models.compiled import Compiled
from dodam.features.livesettings.models.contents import Content, salt
from dodam.features.livesettings.models.previews import (
    ChildSettingsPreview,
    RuleVerdict,
    SettingsPreview,
    SettingsPreviewForm,
)
from dodam.features.livesettings.service.clients import Clients
from dodam.features.livesettings.service.in_force import InForce
from dodam.features.livesettings.service.publications import Publications
from dodam.features.livesettings.store import drafts, namespaces
from dodam.platform.database import Reading, Transaction

_WHAT = "settings"


class Previews:
    def __init__(
        self,
        in_force: InForce,
        publications: Publications,
        clients: Clients,
        children: Children,
        care_teams: CareTeams,
        reporting: AccountReporting,
        audit: Audit,
    ) -> None:
        self._in_force = in_force
        self._publications = publications
        self._clients = clients
        self._children = children
        self._care_teams = care_teams
        self._reporting = reporting
        self._audit = audit

    async def described(
        self, db: Reading, namespace: str, form: SettingsPreviewForm
    ) -> SettingsPreview:
        """As a client that is described. Raises NamespaceNotFound, VersionNotFound."""
        known = await namespaces.FIND.first(db, namespace=namespace)
        if known is None:
            raise NamespaceNotFound
        content = await self._publications.content(db, namespace, form.version)
        return _preview(namespace, known.defaults, content, Facts(form.client))

    async def child(
        self, tx: Transaction, by: Actor, child_id: UUID, device_id: UUID | None
    ) -> list[ChildSettingsPreview]:
        """As a child on one of its guardian's devices, of every namespace.

        Which settings a child gets can tell of a trial it is in. So of children of test accounts
        anybody may ask who sees drafts, of others only who treats them; every look is noted.
        Raises ChildNotFound, DeviceNotFound.
        """
        child = await self._look_at(tx, by, child_id)
        client = await self._clients.of(tx, child.guardian_id, child, device_id)
        facts = Facts(client)
        drafted = {
            each.namespace: _preview(each.namespace, each.defaults, each.content, facts)
            for each in await drafts.ALL.all(tx)
        }
        found = [settings.resolve(facts) for settings in await self._in_force.now(tx)]
        return [
            ChildSettingsPreview(
                each.namespace, each.version, each.rule, each.value, drafted.get(each.namespace)
            )
            for each in found
        ]

    async def _look_at(self, tx: Transaction, by: Actor, child_id: UUID) -> GuardiansChild:
        for child in await self._children.consented(tx, [child_id]):
            if child.guardian_id in await self._reporting.left_out(tx):
                await self._audit.record(
                    tx, by, "child.viewed", Subject("child", child_id), what=_WHAT
                )
                return child
        return await self._care_teams.look_at(tx, by, child_id, _WHAT)


def _preview(
    namespace: str, defaults: dict[str, Any], content: Content, facts: Facts
) -> SettingsPreview:
    found = Compiled(namespace, 0, defaults, content).resolve(facts)
    return SettingsPreview(
        found.rule,
        found.value,
        [
            RuleVerdict(rule.name, rule.when.misses(facts, salt(namespace, rule)))
            for rule in content.rules
        ],
    )
