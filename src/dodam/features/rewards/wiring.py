"""Puts rewards together."""

from dodam.features.audit.service import Audit
from dodam.features.children.service.children import Children
from dodam.features.rewards.service.tickets import Tickets
from dodam.platform.assembly import Assembly


def wire(assembly: Assembly, children: Children, audit: Audit) -> Tickets:
    del children, audit
    tickets = Tickets(assembly.clock)
    assembly.services["tickets"] = tickets
    return tickets
