"""What can go wrong with definitions of mini-games."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class GameNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "game_not_found"
    text = Text(en="There is no such game.", ko="그런 게임이 없어요.")


class GameVersionNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "game_version_not_found"
    text = Text(en="There is no such version of this game.", ko="게임에 그런 버전이 없어요.")


class DraftEdited(DodamError):
    """Somebody else was first; `details` has the present `edit`, 0 where there is no draft."""

    kind = Kind.CONFLICT
    code = "edited_meanwhile"
    text = Text(
        en="This was changed by somebody else meanwhile; look at it and try again.",
        ko="그 사이 다른 사람이 바꾸었어요. 내용을 확인하고 다시 시도해 주세요.",
    )


class NothingDrafted(DodamError):
    kind = Kind.CONFLICT
    code = "nothing_drafted"
    text = Text(en="This game has no draft.", ko="이 게임에는 초안이 없어요.")


class NotPublished(DodamError):
    """A game is retired and restored once it has been offered."""

    kind = Kind.CONFLICT
    code = "not_published"
    text = Text(en="This game was never published.", ko="아직 게시된 적이 없는 게임이에요.")


class TooManyGames(DodamError):
    """Each is offered to every child, so they are not made without end."""

    kind = Kind.CONFLICT
    code = "game_limit_reached"
    text = Text(
        en="There are {limit} games already, which is the limit.",
        ko="게임은 {limit}개까지 만들 수 있어요.",
    )


OTHER_GAMES = Text(
    en="Name every game there is, and each of them once.",
    ko="모든 게임을 빠짐없이 한 번씩 적어 주세요.",
)
