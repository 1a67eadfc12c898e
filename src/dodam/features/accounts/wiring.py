"""Puts the accounts feature together."""

from dodam.features.accounts.routes import AuthController
from dodam.features.accounts.service import Accounts
from dodam.platform.assembly import Assembly
from dodam.platform.passwords import Passwords
from dodam.platform.tokens import AccessTokens


def wire(
    assembly: Assembly,
    passwords: Passwords,
    access_tokens: AccessTokens,
    *,
    refresh_token_days: int,
) -> Accounts:
    accounts = Accounts(
        assembly.database,
        assembly.clock,
        passwords,
        access_tokens,
        refresh_token_days=refresh_token_days,
    )
    assembly.services["accounts"] = accounts
    assembly.routes.append(AuthController)
    assembly.chores["forget-expired-tokens"] = ("17 3 * * *", accounts.forget_expired_tokens)
    return accounts
