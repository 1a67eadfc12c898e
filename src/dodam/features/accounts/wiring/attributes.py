"""Attributes of accounts."""

from dodam.features.accounts.routes.attributes import (
    AttributesController,
    StaffAttributesController,
)
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_attributes(assembly: Assembly, core: Core) -> Attributes:
    attributes = Attributes(assembly.clock, core.audit)
    assembly.services["attributes"] = attributes
    assembly.routes += [AttributesController, StaffAttributesController]
    return attributes
