"""Phone numbers, and the forms they are verified with."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.accounts.models.people import Country
from dodam.platform.i18n import Language
from dodam.platform.masking.sensitive import Sensitive

# As many as Twilio Verify allows: https://www.twilio.com/docs/api/errors/60202
MOST_ATTEMPTS = 5

PhoneNumber = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=40,
        pattern=r"^[^\x00]*$",
        description="With + and the country code, or as dialled within `country`.",
        examples=["+82 10-1234-5678"],
    ),
    Sensitive,
]
Code = Annotated[str, Meta(pattern=r"^[0-9]{6}\Z", description="Six digits."), Sensitive]


class NewVerification(Struct, forbid_unknown_fields=True):
    """A number that a code is to be sent to, in the account's language unless another is named."""

    number: PhoneNumber
    country: Country | None = None
    language: Language | None = None


class CodeCheck(Struct, forbid_unknown_fields=True):
    code: Code


class Verification(Struct, frozen=True):
    """A code under way: it can be checked until `expires_at` and sent anew from `resend_after`."""

    id: UUID
    expires_at: datetime
    resend_after: datetime


class Phone(Struct, frozen=True):
    """A verified number in E.164. It identifies nobody: a family may share it."""

    number: Annotated[str, Sensitive]
    country: Country
    verified_at: datetime


class CodeTimes(Struct, frozen=True):
    """In seconds: how long a code opens, and how long until the next may be asked for."""

    life: int
    resend: int
