"""Phone numbers."""

from collections.abc import Mapping

from dodam.features.accounts.models.phones import CodeTimes
from dodam.features.accounts.ports.phones import PhoneCodes
from dodam.features.accounts.routes import PhoneController
from dodam.features.accounts.service.phones import Phones
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_phones(
    assembly: Assembly, core: Core, codes: Mapping[str, PhoneCodes], times: CodeTimes
) -> None:
    phones = Phones(assembly.database, assembly.clock, core.rate_limits, core.limits, codes, times)
    assembly.services["phones"] = phones
    assembly.routes.append(PhoneController)
    assembly.chores["forget-phone-codes"] = ("29 3 * * *", phones.forget_expired)
