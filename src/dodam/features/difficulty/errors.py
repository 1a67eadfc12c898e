"""What can go wrong with a decision on a level."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text


class MotionNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "motion_not_found"
    text = Text(en="There is no such motion in the catalogue.", ko="동작 목록에 없는 동작이에요.")


LEVELS_REVERSED = FieldError(
    "highest",
    "out_of_range",
    Text(en="`highest` lies below `lowest`.", ko="`highest`가 `lowest`보다 낮아요."),
)
UNTIL_OUT_OF_RANGE = FieldError(
    "until",
    "out_of_range",
    Text(
        en="A decision holds until today or later, at most for 366 days.",
        ko="결정은 오늘부터 366일 이내의 날짜까지 둘 수 있어요.",
    ),
)
BOTH_HANDS = FieldError(
    "hand",
    "out_of_range",
    Text(en="This motion is played with both hands.", ko="이 동작은 두 손으로 하는 동작이에요."),
)
