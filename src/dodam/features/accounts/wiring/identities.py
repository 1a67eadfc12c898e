"""Google and Apple."""

from dodam.features.accounts.events.identities import AppleTokenDropped
from dodam.features.accounts.handlers.identities import AppleReactions
from dodam.features.accounts.ports.identities import AppleIdentityProvider, IdentityProvider
from dodam.features.accounts.routes import ProvidersController, SignInMethodsController
from dodam.features.accounts.service.apple_accounts import AppleAccounts
from dodam.features.accounts.service.identities import Identities
from dodam.features.accounts.service.identity_proofs import IdentityProofs
from dodam.features.accounts.service.provider_sign_in import ProviderSignIn
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_identities(
    assembly: Assembly, core: Core, google: IdentityProvider, apple: AppleIdentityProvider
) -> Identities:
    database, clock = assembly.database, assembly.clock
    proofs = IdentityProofs(database, core.one_time_tokens, core.cipher, google, apple)
    identities = Identities(
        database,
        clock,
        proofs,
        core.sessions,
        core.one_time_tokens,
        core.audit,
    )
    apple_accounts = AppleAccounts(database, clock, core.cipher, apple, core.sessions, core.audit)
    assembly.services |= {
        "identities": identities,
        "apple_accounts": apple_accounts,
        "provider_sign_in": ProviderSignIn(
            database, clock, proofs, identities, core.sessions, core.rate_limits, core.limits
        ),
    }
    assembly.routes += [ProvidersController, SignInMethodsController]
    assembly.outbox.subscribe(
        AppleTokenDropped,
        "accounts.revoke_apple_token",
        AppleReactions(apple_accounts).token_dropped,
    )
    assembly.chores["forget-apple-notices"] = ("37 3 * * *", apple_accounts.forget_notices)
    return identities
