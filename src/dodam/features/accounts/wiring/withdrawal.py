"""Leaving and being erased."""

from dodam.features.accounts.events.withdrawal import ErasureDue
from dodam.features.accounts.handlers.withdrawal import WithdrawalReactions
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
        "erase-withdrawn-accounts": ("3 4 * * *", withdrawals.announce_erasures),
        "forget-access-records": ("29 3 * * *", withdrawals.forget_access_records),
    }
    assembly.outbox.subscribe(
        ErasureDue, "accounts.erase", WithdrawalReactions(withdrawals).erasure_due
    )
    return withdrawals
