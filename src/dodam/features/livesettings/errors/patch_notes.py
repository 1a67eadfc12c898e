"""What can go wrong with patch notes."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text

_TOO_LARGE = Text(en="The text is larger than {kib} KiB.", ko="본문이 {kib}KiB보다 커요.")
_TIME = Text(
    en="A note is published now or within the next 366 days.",
    ko="공개 시각은 지금부터 366일 이내여야 해요.",
)
NOT_AHEAD = FieldError("at", "out_of_range", _TIME)


class PatchNoteNotFound(DodamError):
    """Unknown, or, to families, not published."""

    kind = Kind.NOT_FOUND
    code = "patch_note_not_found"
    text = Text(en="There is no such patch note.", ko="해당 패치 노트를 찾을 수 없어요.")


class PatchNoteChanged(DodamError):
    """Somebody else was faster; `details` has the number of the newest edit."""

    kind = Kind.CONFLICT
    code = "patch_note_changed"
    text = Text(
        en="Somebody else has changed this note since; look at it again, please.",
        ko="그 사이에 다른 사람이 이 노트를 고쳤어요. 다시 확인해 주세요.",
    )


class PatchNotePublished(DodamError):
    kind = Kind.CONFLICT
    code = "patch_note_published"
    text = Text(en="This note is published already.", ko="이미 공개된 노트예요.")


class PatchNoteWithdrawn(DodamError):
    kind = Kind.CONFLICT
    code = "patch_note_withdrawn"
    text = Text(en="This note is withdrawn already.", ko="이미 내린 노트예요.")


def too_large(field: str, most_bytes: int) -> FieldError:
    kib = most_bytes // 1024
    return FieldError(
        field, "too_large", Text(en=_TOO_LARGE.en.format(kib=kib), ko=_TOO_LARGE.ko.format(kib=kib))
    )
