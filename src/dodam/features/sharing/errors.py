"""What can go wrong with sharing."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text


class SystemNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "system_not_found"
    text = Text(
        en="There is no such outside system, or it no longer takes results.",
        ko="해당 기관 시스템이 없거나 더 이상 결과를 받지 않아요.",
    )


class EndpointNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "endpoint_not_found"
    text = Text(en="There is no such webhook endpoint.", ko="해당 웹훅 엔드포인트가 없어요.")


class TooManyEndpoints(DodamError):
    kind = Kind.CONFLICT
    code = "too_many_endpoints"
    text = Text(
        en="A system has at most {limit} webhook endpoints.",
        ko="웹훅 엔드포인트는 시스템마다 {limit}개까지 둘 수 있어요.",
    )


NOT_OFFERED = FieldError(
    "scopes",
    "not_offered",
    Text(
        en="The system does not get this; its `gets` says what it can.",
        ko="이 기관 시스템이 받는 항목이 아니에요. `gets`에 있는 항목만 고를 수 있어요.",
    ),
)
NOT_IN_DOCUMENT = FieldError(
    "scopes",
    "not_in_document",
    Text(
        en="This version of the document does not speak of it; consent to a newer one.",
        ko="동의서의 이 판에는 없는 항목이에요. 새 판에 동의해 주세요.",
    ),
)
URL_NOT_ALLOWED = FieldError(
    "url",
    "not_allowed",
    Text(
        en="A webhook goes to https, outside of private networks, without a user or a fragment.",
        ko="웹훅 주소는 사설망 밖의 https 주소여야 하고, 사용자 정보나 #이 없어야 해요.",
    ),
)
