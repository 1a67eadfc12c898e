"""What begins and ends with the consent to analytics."""

from uuid import UUID

from dodam.features.accounts.models.consents import ConsentKind, Held
from dodam.features.accounts.models.people import SignInMethod
from dodam.features.accounts.service.profiles import Profiles
from dodam.features.accounts.service.sign_in_methods import methods_of
from dodam.features.insight.models.people import DeletionReason
from dodam.features.insight.models.registry import AccountOpened
from dodam.features.insight.service.people import People
from dodam.features.insight.service.recording import Recorder
from dodam.platform.database import Transaction


class AnalyticsConsents:
    """Follows the consents of account holders."""

    def __init__(self, people: People, recorder: Recorder, profiles: Profiles) -> None:
        self._people = people
        self._recorder = recorder
        self._profiles = profiles

    async def consents_changed(self, tx: Transaction, account_id: UUID, holds: Held) -> None:
        version = holds.get(ConsentKind.ANALYTICS)
        if version is None:
            await self._people.forget(tx, account_id, DeletionReason.CONSENT_WITHDRAWN)
        elif await self._people.consented(tx, account_id, version):
            await self._tell_of_opening(tx, account_id)

    async def _tell_of_opening(self, tx: Transaction, account_id: UUID) -> None:
        profile = await self._profiles.of(tx, account_id)
        if profile is None:
            return
        methods = {each.method for each in await methods_of(tx, account_id)}
        event = AccountOpened(
            password=SignInMethod.PASSWORD in methods,
            google=SignInMethod.GOOGLE in methods,
            apple=SignInMethod.APPLE in methods,
        )
        await self._recorder.note(tx, account_id, event, at=profile.created_at, fact="")
