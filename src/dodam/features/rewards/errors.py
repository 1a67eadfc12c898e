"""What can go wrong with tickets."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text


class NotEnoughTickets(DodamError):
    """Nothing was taken. `details` are the child's `balance` and what was `needed`."""

    kind = Kind.CONFLICT
    code = "not_enough_tickets"
    text = Text(
        en="That takes {needed} tickets, and there are {balance}.",
        ko="티켓 {needed}장이 필요한데 지금은 {balance}장 있어요.",
    )


class GrantIdReused(DodamError):
    kind = Kind.CONFLICT
    code = "id_reused"
    text = Text(
        en="Other tickets were granted with this id; make a new one.",
        ko="다른 티켓을 줄 때 이미 쓴 id예요. 새 id로 다시 시도해 주세요.",
    )


NO_TICKETS = FieldError(
    "tickets",
    "out_of_range",
    Text(en="Give tickets or take some back.", ko="주거나 되돌릴 티켓 수를 넣어 주세요."),
)
