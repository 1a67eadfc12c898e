"""What can be wrong with the months that figures are asked for."""

from dodam.platform.errors import FieldError
from dodam.platform.i18n import Text

RANGE_REVERSED = FieldError(
    "to", "out_of_range", Text(en="`to` lies before `from`.", ko="`to`가 `from`보다 빨라요.")
)


def range_too_long(longest: int) -> FieldError:
    text = Text(
        en=f"At most {longest} months can be asked for at once.",
        ko=f"한 번에 {longest}개월까지 조회할 수 있어요.",
    )
    return FieldError("to", "out_of_range", text)
