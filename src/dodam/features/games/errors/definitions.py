"""What can go wrong with definitions of mini-games."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class GameNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "game_not_found"
    text = Text(en="There is no such game.", ko="그런 게임이 없어요.")
