"""What jsonschema-rs finds wrong, as field errors with stable codes in the caller's language.

Texts tell what the schema asks for, never what the value holds: it is a child's.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jsonschema_rs import ValidationError

from dodam.platform.errors import FieldError
from dodam.platform.i18n import Text

MOST_TOLD = 20
_MOST_PATH = 200

_REQUIRED = Text(en="This field is required.", ko="필수 항목이에요.")
_UNKNOWN_FIELD = Text(en="There is no such field.", ko="알 수 없는 항목이에요.")

NOT_EXPLAINED = Text(
    en="This does not keep to its schema, and is too large to say where.",
    ko="스키마에 맞지 않아요. 내용이 많아서 어디가 잘못됐는지는 알려 드릴 수 없어요.",
)


def explained(errors: Iterable[ValidationError], at: str) -> list[FieldError]:
    """One for each field and code, the first 20."""
    found: dict[tuple[str, str], FieldError] = {}
    for error in errors:
        for each in _of(error, at):
            found.setdefault((each.field, each.code), each)
        if len(found) >= MOST_TOLD:
            break
    return list(found.values())[:MOST_TOLD]


def _of(error: ValidationError, at: str) -> Iterator[FieldError]:
    kind: Any = error.kind
    path = at + "".join(_step(step) for step in error.instance_path)
    match kind.name:
        case "required":
            yield FieldError(_cut(path + _step(kind.property)), "required", _REQUIRED)
        case "additionalProperties":
            for name in kind.unexpected[:MOST_TOLD]:
                yield FieldError(_cut(path + _step(name)), "unknown_field", _UNKNOWN_FIELD)
        case name:
            code, text = _SAID.get(name, _NOT_VALID)
            yield FieldError(_cut(path), code, text(kind))


def _step(step: str | int) -> str:
    return f"[{step}]" if isinstance(step, int) else f".{step}"


def _cut(path: str) -> str:
    return path if len(path) <= _MOST_PATH else path[: _MOST_PATH - 1] + "…"


def _plain(en: str, ko: str) -> Callable[[Any], Text]:
    text = Text(en=en, ko=ko)
    return lambda _: text


def _limit(en: str, ko: str) -> Callable[[Any], Text]:
    return lambda kind: Text(en=en.format(kind.limit), ko=ko.format(kind.limit))


_NOT_VALID = (
    "not_valid",
    _plain("This is not what the schema allows here.", "스키마가 허용하는 값이 아니에요."),
)
_NOT_A_CHOICE = (
    "not_a_choice",
    _plain("This is not one of the choices.", "고를 수 있는 값이 아니에요."),
)
_SAID: dict[str, tuple[str, Callable[[Any], Text]]] = {
    "type": (
        "wrong_type",
        lambda kind: Text(
            en=f"This must be of the type {' or '.join(kind.types)}.",
            ko=f"값의 종류는 {', '.join(kind.types)}여야 해요.",
        ),
    ),
    "falseSchema": (
        "unknown_field",
        _plain(
            "Something is here that the schema has no place for.",
            "스키마에 없는 내용이 들어 있어요.",
        ),
    ),
    "enum": _NOT_A_CHOICE,
    "const": _NOT_A_CHOICE,
    "minimum": ("out_of_range", _limit("This must be at least {}.", "{} 이상이어야 해요.")),
    "maximum": ("out_of_range", _limit("This must be at most {}.", "{} 이하여야 해요.")),
    "exclusiveMinimum": (
        "out_of_range",
        _limit("This must be more than {}.", "{}보다 커야 해요."),
    ),
    "exclusiveMaximum": (
        "out_of_range",
        _limit("This must be less than {}.", "{}보다 작아야 해요."),
    ),
    "multipleOf": (
        "out_of_range",
        lambda kind: Text(
            en=f"This must be a multiple of {kind.multiple_of}.",
            ko=f"{kind.multiple_of}의 배수여야 해요.",
        ),
    ),
    "minLength": (
        "wrong_length",
        _limit("This must have at least {} characters.", "{}자 이상이어야 해요."),
    ),
    "maxLength": (
        "wrong_length",
        _limit("This may have at most {} characters.", "{}자까지 쓸 수 있어요."),
    ),
    "minItems": ("wrong_length", _limit("At least {} are needed.", "{}개 이상이 필요해요.")),
    "maxItems": ("wrong_length", _limit("There may be at most {}.", "{}개까지 가능해요.")),
    "minProperties": (
        "wrong_length",
        _limit("At least {} fields are needed.", "항목이 {}개 이상 필요해요."),
    ),
    "maxProperties": (
        "wrong_length",
        _limit("There may be at most {} fields.", "항목은 {}개까지 가능해요."),
    ),
    "uniqueItems": (
        "not_unique",
        _plain("The same is there more than once.", "같은 값이 두 번 이상 있어요."),
    ),
    "pattern": (
        "wrong_format",
        _plain("This does not match its pattern.", "정해진 형식과 맞지 않아요."),
    ),
    "format": (
        "wrong_format",
        lambda kind: (
            Text(
                en="This pattern is not taken: no lookarounds and backreferences; keep it small, "
                "and count characters by `maxLength`.",
                ko="쓸 수 없는 정규식이에요. 전후방 탐색과 역참조는 쓸 수 없고, 짧게 써 주세요. "
                "글자 수는 `maxLength`로 정해 주세요.",
            )
            if kind.format == "regex"
            else Text(
                en=f"This is not a `{kind.format}`.",
                ko=f"`{kind.format}` 형식이 아니에요.",
            )
        ),
    ),
    "propertyNames": (
        "wrong_format",
        _plain("A field has a name that is not allowed.", "허용되지 않는 이름의 항목이 있어요."),
    ),
}
