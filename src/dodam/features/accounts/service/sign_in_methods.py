"""Which ways there are to sign in to an account."""

from uuid import UUID

from dodam.features.accounts.models.identities import LinkedMethod
from dodam.features.accounts.models.people import SignInMethod
from dodam.features.accounts.store import identities as store
from dodam.platform.database import Reading


async def methods_of(db: Reading, account_id: UUID) -> list[LinkedMethod]:
    return await store.METHODS.all(db, account=account_id)


async def methods_of_address(db: Reading, email_key: str) -> list[SignInMethod]:
    """How the account of an address is signed in to; nothing if there is no account."""
    found = await store.METHODS_OF_ADDRESS.all(db, email_key=email_key)
    return [each.method for each in found]
