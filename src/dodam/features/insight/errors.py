"""What can go wrong with an upload of behaviour events."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text


class TooManyEvents(DodamError):
    kind = Kind.TOO_LARGE
    code = "too_many_events"
    text = Text(
        en="An upload takes at most {limit} events; send the rest in another.",
        ko="한 번에 {limit}개까지 올릴 수 있어요. 나머지는 나누어 보내 주세요.",
    )


TIME_OUT_OF_RANGE = FieldError(
    "at",
    "out_of_range",
    Text(en="This is no time a tablet could show.", ko="태블릿이 나타낼 수 없는 시각이에요."),
)
