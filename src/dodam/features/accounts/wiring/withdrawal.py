"""Leaving and being erased."""

from dodam.features.accounts.routes.withdrawal import WithdrawalController
from dodam.features.accounts.service.identities import Identities
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.service.undo_tokens import UndoTokens
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_withdrawal(
    assembly: Assembly,
    core: Core,
    identities: Identities,
    sign_in: PasswordSignIn,
    *,
    grace_days: int,
) -> Withdrawals:
    withdrawals = Withdrawals(
        assembly.database,
        assembly.clock,
        sign_in,
        core.sessions,
        UndoTokens(core.cipher, assembly.clock),
        identities,
        grace_days=grace_days,
    )
    assembly.services["withdrawals"] = withdrawals
    assembly.routes.append(WithdrawalController)
    assembly.chores |= {
        "erase-withdrawn-accounts": ("*/10 * * * *", withdrawals.erase_due),
        "forget-access-records": ("29 3 * * *", withdrawals.forget_access_records),
    }
    return withdrawals
