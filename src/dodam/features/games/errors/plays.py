"""What can go wrong with asking for a play, and with giving it back."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class GameLocked(DodamError):
    """`why` is the reasons' sentences in the caller's language."""

    kind = Kind.CONFLICT
    code = "game_locked"
    text = Text(en="The game cannot be played now. {why}", ko="지금은 할 수 없는 게임이에요. {why}")


class IdReused(DodamError):
    kind = Kind.CONFLICT
    code = "id_reused"
    text = Text(
        en="A play of another game has this id; make a new one.",
        ko="다른 게임에 이미 쓴 id예요. 새 id로 요청해 주세요.",
    )


class GivenBack(DodamError):
    """A request that was on its way when the play was given back takes nothing again."""

    kind = Kind.CONFLICT
    code = "play_given_back"
    text = Text(
        en="This play was given back; ask for another with a new id.",
        ko="이미 돌려준 플레이예요. 새 id로 다시 요청해 주세요.",
    )


class PlayNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "play_not_found"
    text = Text(en="There is no such play.", ko="그런 플레이가 없어요.")


class PlayHasResult(DodamError):
    kind = Kind.CONFLICT
    code = "play_has_result"
    text = Text(
        en="This play has a result, so it cannot be given back.",
        ko="결과가 있는 플레이는 돌려줄 수 없어요.",
    )


class TooLateToGiveBack(DodamError):
    kind = Kind.CONFLICT
    code = "too_late_to_give_back"
    text = Text(
        en="A play can be given back for {seconds} seconds after it was granted.",
        ko="플레이는 받은 뒤 {seconds}초 안에만 돌려줄 수 있어요.",
    )
