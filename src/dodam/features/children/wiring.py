"""Puts the children feature together."""

from datetime import timedelta

from dodam.features.children.events import ErasureDue
from dodam.features.children.handlers import Reactions
from dodam.features.children.ports import ErasurePolicy
from dodam.features.children.routes import ChildrenController, DiagnosesController
from dodam.features.children.service.children import Children
from dodam.features.children.service.diagnoses import Diagnoses
from dodam.platform.assembly import Assembly


def wire(
    assembly: Assembly,
    erasure: ErasurePolicy,
    *,
    limit: int,
    day_start_hour: int,
    removal_grace: timedelta,
) -> Children:
    children = Children(
        assembly.clock,
        erasure,
        limit=limit,
        day_start_hour=day_start_hour,
        removal_grace=removal_grace,
    )
    assembly.services |= {"children": children, "diagnoses": Diagnoses(assembly.clock, children)}
    assembly.routes += [ChildrenController, DiagnosesController]
    assembly.outbox.subscribe(ErasureDue, "children.erase", Reactions(children).erasure_due)
    assembly.chores["erase-removed-children"] = ("11 4 * * *", children.announce_erasures)
    return children
