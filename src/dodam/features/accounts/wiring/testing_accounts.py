"""Test accounts, and the reports they are left out of."""

from dodam.features.accounts.routes.testing_accounts import TestAccountsController
from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.accounts.service.testing_accounts import TestAccounts
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_test_accounts(assembly: Assembly, core: Core) -> AccountReporting:
    test_accounts = TestAccounts(
        assembly.database, assembly.clock, core.passwords, core.password_rules, core.audit
    )
    assembly.services["test_accounts"] = test_accounts
    assembly.routes.append(TestAccountsController)
    return AccountReporting(test_accounts)
