"""Puts the accounts feature together, part by part."""

from dodam.features.accounts.models.limits import AccountLimits
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.wiring.core import Core
from dodam.features.accounts.wiring.signing_in import wire_signing_in
from dodam.platform.assembly import Assembly
from dodam.platform.encryption import Cipher
from dodam.platform.passwords import Passwords
from dodam.platform.rate_limit import RateLimits
from dodam.platform.revocations import Revocations
from dodam.platform.tokens import AccessTokens


def wire(
    assembly: Assembly,
    passwords: Passwords,
    cipher: Cipher,
    rate_limits: RateLimits,
    limits: AccountLimits,
    access_tokens: AccessTokens,
    revocations: Revocations,
    *,
    refresh_token_days: int,
) -> None:
    sessions = Sessions(
        assembly.database,
        assembly.clock,
        access_tokens,
        revocations,
        refresh_token_days=refresh_token_days,
    )
    core = Core(passwords, cipher, rate_limits, limits, sessions, OneTimeTokens(assembly.clock))
    wire_signing_in(assembly, core)
