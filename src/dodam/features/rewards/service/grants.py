"""Tickets that members of staff give, or take back."""

from uuid import UUID

from dodam.features.rewards import errors
from dodam.features.rewards.models import NewTicketGrant, TicketGrant, TicketReason
from dodam.features.rewards.service.tickets import Tickets
from dodam.features.rewards.store import grants as store
from dodam.platform.database import Transaction
from dodam.platform.errors import InvalidInput


class TicketGrants:
    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def make(self, tx: Transaction, child_id: UUID, form: NewTicketGrant) -> TicketGrant:
        """Give a child tickets or take some back; the same again changes nothing.

        The child is held by `tx`. Raises InvalidInput, GrantIdReused, NotEnoughTickets.
        """
        if not form.tickets:
            raise InvalidInput(fields=[errors.NO_TICKETS])
        reason = form.reason.strip()
        made = await store.FIND.first(tx, child=child_id, grant=form.id)
        if made is None:
            await store.ADD.execute(tx, child_id=child_id, id=form.id, reason=reason)
        elif (made.tickets, made.reason) != (form.tickets, reason):
            raise errors.GrantIdReused
        move = self._tickets.earn if form.tickets > 0 else self._tickets.spend
        balance = await move(
            tx, child_id, abs(form.tickets), TicketReason.GRANTED_BY_STAFF, str(form.id)
        )
        return TicketGrant(form.id, form.tickets, reason, balance)
