"""What can go wrong with promotions and their codes."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text


class CodeMistyped(DodamError):
    """Told by the code alone: nobody was asked, and no try is counted."""

    kind = Kind.INVALID
    code = "code_mistyped"
    text = Text(
        en="There is a slip in this code; please compare it with what is printed.",
        ko="코드를 잘못 입력한 것 같아요. 적혀 있는 코드와 비교해 주세요.",
    )


class CodeUnknown(DodamError):
    """No code of ours, withdrawn, or not valid yet: which of them is nobody's to find out."""

    kind = Kind.NOT_FOUND
    code = "code_unknown"
    text = Text(en="This code cannot be used.", ko="사용할 수 없는 코드예요.")


class CodeExpired(DodamError):
    kind = Kind.CONFLICT
    code = "code_expired"
    text = Text(en="The time for this code is over.", ko="사용 기간이 지난 코드예요.")


class CodeUsedUp(DodamError):
    kind = Kind.CONFLICT
    code = "code_used_up"
    text = Text(en="This code was used already.", ko="이미 사용된 코드예요.")


class AlreadyRedeemed(DodamError):
    """The account had another code of the same promotion or campaign."""

    kind = Kind.CONFLICT
    code = "already_redeemed"
    text = Text(
        en="You have taken part in this promotion already, which can be done once.",
        ko="이미 참여한 프로모션이에요. 계정마다 한 번만 참여할 수 있어요.",
    )


class PromotionNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "promotion_not_found"
    text = Text(en="There is no such promotion.", ko="찾을 수 없는 프로모션이에요.")


class CodeNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "code_not_found"
    text = Text(
        en="The promotion has no code of this number.", ko="프로모션에 이 번호의 코드가 없어요."
    )


class NotIssuedYet(DodamError):
    """The codes are being made ready, which takes moments."""

    kind = Kind.CONFLICT
    code = "not_issued_yet"
    text = Text(
        en="The codes are still being made; try again in a moment.",
        ko="아직 코드를 만들고 있어요. 잠시 후 다시 시도해 주세요.",
    )


class PromotionIdReused(DodamError):
    kind = Kind.CONFLICT
    code = "id_reused"
    text = Text(
        en="Another promotion was made with this id; make a new one.",
        ko="다른 프로모션을 만들 때 이미 쓴 id예요. 새 id로 다시 시도해 주세요.",
    )


class WordTaken(DodamError):
    """Words are never used twice: what an old poster says does not come to life again."""

    kind = Kind.CONFLICT
    code = "word_taken"
    text = Text(
        en="Another promotion has or had this word; choose another one.",
        ko="다른 프로모션에서 이미 쓴 단어예요. 다른 단어를 골라 주세요.",
    )


CHILD_NEEDED = FieldError(
    "child_id",
    "required",
    Text(
        en="This code gives tickets: say for which child.",
        ko="티켓을 주는 코드예요. 어느 아이가 받을지 골라 주세요.",
    ),
)
NOTHING_GIVEN = FieldError(
    "gives",
    "required",
    Text(en="A promotion gives free days, tickets or both.", ko="무료 일수나 티켓을 넣어 주세요."),
)
ENDS_TOO_EARLY = FieldError(
    "valid_until",
    "out_of_range",
    Text(
        en="A promotion ends after it begins, in the future and within ten years.",
        ko="종료 시각은 시작 시각보다 뒤이고, 지금부터 10년 이내의 미래여야 해요.",
    ),
)
NO_WORD = FieldError(
    "codes.word",
    "wrong_format",
    Text(
        en="A word has 4 to 16 letters and digits.",
        ko="단어는 글자와 숫자 4~16자로 만들어 주세요.",
    ),
)
