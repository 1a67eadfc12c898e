"""Why a result is not taken, or does not count; why something is not saved."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text

UNKNOWN_GAME = FieldError(
    "game",
    "unknown_game",
    Text(en="There is no such game.", ko="그런 게임이 없어요."),
)
UNKNOWN_VERSION = FieldError(
    "version",
    "unknown_version",
    Text(en="This version of the game was never published.", ko="게임에 그런 버전이 없어요."),
)
BEYOND_LIMITS = FieldError(
    "play_id",
    "beyond_limits",
    Text(
        en="Kept, but it does not count: it came of no play that was granted and had no result.",
        ko="기록은 남겼지만 집계하지 않았어요. 서버가 허락한 플레이의 첫 결과가 아니에요.",
    ),
)


class SaveChanged(DodamError):
    """Another tablet saved in the meantime; `details` hold the version and data there are now."""

    kind = Kind.CONFLICT
    code = "save_changed"
    text = Text(
        en="Something else was saved in the meantime, as version {version}.",
        ko="그 사이에 다른 내용이 저장되었어요. 지금 버전은 {version}이에요.",
    )


SAVE_TOO_LARGE = FieldError(
    "data",
    "too_large",
    Text(en="The data are larger than 64 KiB.", ko="데이터가 64KiB보다 커요."),
)
