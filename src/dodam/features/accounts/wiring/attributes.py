"""Attributes of accounts."""

from dodam.features.accounts.routes.attributes import (
    AttributesController,
    StaffAttributesController,
)
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_attributes(assembly: Assembly, core: Core) -> None:
    assembly.services["attributes"] = Attributes(assembly.clock, core.audit)
    assembly.routes += [AttributesController, StaffAttributesController]
