"""What can go wrong with attributes."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text


class AttributeNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "attribute_not_found"
    text = Text(en="The account has no such attribute.", ko="해당 계정에 그런 속성이 없어요.")


class AttributeNotGrantable(DodamError):
    """The kind is granted by others only."""

    kind = Kind.FORBIDDEN
    code = "attribute_not_grantable"
    text = Text(
        en="You may not grant this kind of attribute.", ko="이 종류의 속성을 줄 권한이 없어요."
    )


UNKNOWN_KIND = FieldError(
    "key",
    "unknown_attribute",
    Text(en="There is no such kind of attribute.", ko="그런 종류의 속성은 없어요."),
)
WRONG_VALUE = FieldError(
    "value",
    "not_valid",
    Text(
        en="The value is not of the type this kind of attribute has.",
        ko="이 속성에 쓸 수 있는 값이 아니에요.",
    ),
)
BEGINS_IN_THE_PAST = FieldError(
    "valid_from",
    "out_of_range",
    Text(
        en="An attribute begins now or later, at most 100 years ahead: it never changes the past.",
        ko="속성은 지금부터 100년 이내에 시작할 수 있어요. 지난 시간은 바꿀 수 없습니다.",
    ),
)
ENDS_TOO_EARLY = FieldError(
    "valid_until",
    "out_of_range",
    Text(
        en="An attribute ends after it begins, at most 100 years ahead.",
        ko="속성은 시작한 뒤에, 100년 이내에 끝나야 해요.",
    ),
)
