"""What staff do with guardians' accounts."""

from typing import Annotated

from msgspec import Meta, Struct

from dodam.platform.masking.sensitive import Sensitive

Reason = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=500,
        pattern=r"^[^\x00]*[^\x00\s][^\x00]*$",
        description="Why; it goes into the audit trail, so without personal facts.",
    ),
    Sensitive,
]


class ForcedPasswordReset(Struct, forbid_unknown_fields=True):
    reason: Reason
