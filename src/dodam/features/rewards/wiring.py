"""Puts rewards together."""

from dodam.features.audit.service import Audit
from dodam.features.children.service.children import Children
from dodam.features.rewards.service.child_records import ChildRecords
from dodam.features.rewards.service.tickets import Tickets
from dodam.platform.assembly import Assembly


def wire(assembly: Assembly, children: Children, audit: Audit) -> Tickets:
    del audit
    tickets = Tickets(assembly.clock)
    children.follow(ChildRecords())
    assembly.services["tickets"] = tickets
    return tickets
