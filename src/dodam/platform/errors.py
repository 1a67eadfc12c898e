"""Failures a caller can do something about: a kind, a stable code, and a sentence a language."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import ClassVar

from msgspec import Struct

from dodam.platform.i18n import Language, Text

# Told where an error happened that nobody expected, and which.
Unexpected = Callable[[str, Exception], None]


class Kind(Enum):
    """What went wrong, in the caller's terms; the HTTP edge turns it into a status."""

    INVALID = auto()
    UNAUTHENTICATED = auto()
    FORBIDDEN = auto()
    NOT_FOUND = auto()
    CONFLICT = auto()
    TOO_LARGE = auto()
    TOO_MANY = auto()
    UNAVAILABLE = auto()


class FieldError(Struct, frozen=True):
    """What is wrong with one field; `field` is its path in the input, such as `days[0].hand`."""

    field: str
    code: str
    text: Text


class DodamError(Exception):
    """Base of every typed failure. A subclass states its kind, its code and its texts.

    `details` are facts for programs, which leave with the problem (RFC 9457 section 3.2);
    `retry_after` is in seconds.
    """

    kind: ClassVar[Kind]
    code: ClassVar[str]
    text: ClassVar[Text]

    def __init__(
        self,
        *,
        fields: Sequence[FieldError] = (),
        details: Mapping[str, object] | None = None,
        retry_after: int | None = None,
        **values: object,
    ) -> None:
        super().__init__(self.code)
        self.fields = tuple(fields)
        self.details = dict(details or {})
        self.retry_after = retry_after
        self.values = values

    def message(self, language: Language) -> str:
        return self.text.read(language).format(**self.values)


class InvalidInput(DodamError):
    """One or more fields break a rule."""

    kind = Kind.INVALID
    code = "invalid_input"
    text = Text(
        en="Some fields are not right; `errors` names each of them.",
        ko="올바르지 않은 항목이 있습니다. `errors`에서 항목별 내용을 확인해 주세요.",
    )

    @classmethod
    def of(cls, field: str, code: str, text: Text) -> "InvalidInput":
        return cls(fields=[FieldError(field, code, text)])
