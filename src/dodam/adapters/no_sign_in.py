"""Where a deployment has no app registered at Google or Apple."""

from typing import NoReturn

from dodam.features.accounts.errors.identities import ProviderNotConfigured
from dodam.features.accounts.ports.identities import ProvenPerson


class NoSignIn:
    """Offers nothing, and says so."""

    async def identify(self, id_token: str) -> NoReturn:  # noqa: ARG002 - the port's shape
        raise ProviderNotConfigured

    async def exchange(
        self,
        code: str,  # noqa: ARG002
        person: ProvenPerson,  # noqa: ARG002
        redirect_uri: str | None,  # noqa: ARG002
    ) -> NoReturn:
        raise ProviderNotConfigured

    async def revoke(self, refresh_token: str, client_id: str) -> NoReturn:  # noqa: ARG002
        raise ProviderNotConfigured

    async def read_notice(self, payload: str) -> NoReturn:  # noqa: ARG002
        raise ProviderNotConfigured
