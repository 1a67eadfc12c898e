"""The start of a client: everything it needs, gathered from the features below."""

from dataclasses import dataclass
from uuid import UUID

from dodam.features.billing.service.entitlements import Entitlements
from dodam.features.children.models.children import Child
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.games.service.locks import Known
from dodam.features.games.service.plays import Plays
from dodam.features.livesettings.models.patch_notes import RunningApp
from dodam.features.livesettings.models.resolved import NamespaceSettings
from dodam.features.livesettings.service.clients import Clients
from dodam.features.livesettings.service.live_settings import LiveSettings
from dodam.features.livesettings.service.patch_notes import PatchNotes
from dodam.features.rewards.service.tickets import Tickets
from dodam.features.start.models.app import NAMESPACE, AppSettings
from dodam.features.start.models.start import Purse, Sections
from dodam.features.therapy.service.progress import Progress
from dodam.platform.clock import Clock
from dodam.platform.database import Reading
from dodam.platform.i18n import Language

_MOST_NOTES = 5


@dataclass(frozen=True)
class Below:
    """What is gathered from."""

    clients: Clients
    live_settings: LiveSettings
    patch_notes: PatchNotes
    catalogue: Catalogue
    progress: Progress
    plays: Plays
    tickets: Tickets
    entitlements: Entitlements


class Starts:
    def __init__(self, clock: Clock, below: Below) -> None:
        self._clock = clock
        self._below = below

    async def of(
        self,
        db: Reading,
        guardian_id: UUID,
        child: Child,
        device_id: UUID | None,
        language: Language,
    ) -> Sections:
        """What a guardian's child starts with on one of the guardian's devices.

        Raises DeviceNotFound.
        """
        below = self._below
        client, device = await below.clients.on_device(db, guardian_id, child, device_id)
        settings = {each.namespace: each for each in await below.live_settings.resolve(db, client)}
        app = settings.pop(NAMESPACE, None)
        today = await below.progress.today(db, child, language)
        tickets = await below.tickets.balance(db, child.id)
        entitlement = await below.entitlements.of(db, guardian_id)
        known = Known(today, tickets, entitlement.entitled, client.attributes)
        return Sections(
            app=(AppSettings.read(app.value) if app else AppSettings()).state(
                client, self._clock.now(), language
            ),
            settings={
                name: NamespaceSettings(each.version, each.value) for name, each in settings.items()
            },
            device=device,
            motions=await below.catalogue.shown(db),
            today=today,
            games=await below.plays.offers(db, guardian_id, child, language, known),
            tickets=Purse(tickets),
            entitlement=entitlement,
            patch_notes=await below.patch_notes.shown(
                db,
                guardian_id,
                language,
                RunningApp(client.platform, client.app_version),
                most=_MOST_NOTES,
                unread_only=True,
            ),
        )
