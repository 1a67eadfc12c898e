"""What can go wrong with an API key."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class ApiKeyNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "api_key_not_found"
    text = Text(
        en="There is no such API key, or it was revoked or has expired.",
        ko="해당 API 키가 없거나 이미 폐기 또는 만료되었어요.",
    )
