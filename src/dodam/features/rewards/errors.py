"""What can go wrong with tickets."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class NotEnoughTickets(DodamError):
    """Nothing was taken. `details` are the child's `balance` and what was `needed`."""

    kind = Kind.CONFLICT
    code = "not_enough_tickets"
    text = Text(
        en="That takes {needed} tickets, and there are {balance}.",
        ko="티켓 {needed}장이 필요한데 지금은 {balance}장 있어요.",
    )
