"""How an account's holder is reached."""

from typing import Annotated
from uuid import UUID

from msgspec import Struct

from dodam.platform.masking.sensitive import Sensitive


class Contact(Struct, frozen=True):
    """`number` is the verified phone's, in E.164. `name` is null once the account is erased."""

    account_id: UUID
    name: Annotated[str, Sensitive] | None
    number: Annotated[str, Sensitive] | None
    has_left: bool
    is_test: bool
