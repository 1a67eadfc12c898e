"""How an account's holder is reached."""

from uuid import UUID

from msgspec import Struct


class Contact(Struct, frozen=True):
    """`number` is the verified phone's, in E.164. `name` is null once the account is erased."""

    account_id: UUID
    name: str | None
    number: str | None
    has_left: bool
    is_test: bool
