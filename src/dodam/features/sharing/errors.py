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


URL_NOT_ALLOWED = FieldError(
    "url",
    "not_allowed",
    Text(
        en="A webhook goes to https, outside of private networks, without a user or a fragment.",
        ko="웹훅 주소는 사설망 밖의 https 주소여야 하고, 사용자 정보나 #이 없어야 해요.",
    ),
)
