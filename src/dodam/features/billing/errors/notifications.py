"""What can go wrong as staff look at what the stores sent."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class MessageNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "store_message_not_found"
    text = Text(en="There is no such message of a store.", ko="찾을 수 없는 스토어 메시지예요.")
