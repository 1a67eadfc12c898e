"""What can go wrong with motions, images, videos and sounds."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text


class StorageUnavailable(DodamError):
    kind = Kind.UNAVAILABLE
    code = "storage_unavailable"
    text = Text(
        en="Images and videos cannot be reached just now; please try again shortly.",
        ko="지금은 이미지와 동영상을 불러올 수 없어요. 잠시 후 다시 시도해 주세요.",
    )


class MediumNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "medium_not_found"
    text = Text(
        en="There is no such image, video or sound.",
        ko="해당 이미지, 동영상, 소리를 찾을 수 없어요.",
    )


class MediumTooLarge(DodamError):
    """`details.most_bytes` is what may be sent of its kind."""

    kind = Kind.TOO_LARGE
    code = "medium_too_large"
    text = Text(
        en="The file is larger than {megabytes} MB, the most for its kind.",
        ko="파일이 너무 커요. 이 종류는 {megabytes}MB까지 올릴 수 있어요.",
    )


class MediumInUse(DodamError):
    """`details.used_by` names what shows it."""

    kind = Kind.CONFLICT
    code = "medium_in_use"
    text = Text(
        en="Something shows this still; take it out there first.",
        ko="아직 사용 중이에요. 사용하는 곳에서 먼저 빼 주세요.",
    )


class ForgedUrl(DodamError):
    kind = Kind.FORBIDDEN
    code = "forged_url"
    text = Text(
        en="This address was not made by this service.", ko="이 서비스에서 만든 주소가 아니에요."
    )


class ExpiredUrl(DodamError):
    kind = Kind.FORBIDDEN
    code = "expired_url"
    text = Text(
        en="This address has expired; ask for what names it again.",
        ko="주소가 만료되었어요. 주소가 있던 정보를 다시 불러와 주세요.",
    )


class MotionNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "motion_not_found"
    text = Text(en="There is no such motion in the catalogue.", ko="동작 목록에 없는 동작이에요.")


class MotionChanged(DodamError):
    """`details.version` is the newest; 0 where there is no such motion yet."""

    kind = Kind.CONFLICT
    code = "motion_changed"
    text = Text(
        en="The motion has changed since; look at its newest version first.",
        ko="그사이 동작이 바뀌었어요. 최신 버전을 먼저 확인해 주세요.",
    )


EMPTY_MEDIUM = FieldError("body", "empty", Text(en="The file is empty.", ko="파일이 비어 있어요."))
UNKNOWN_FORMAT = FieldError(
    "body",
    "unknown_format",
    Text(
        en="Only PNG, JPEG, WebP, GIF, MP4, WebM, MP3, M4A and Ogg files are taken.",
        ko="PNG, JPEG, WebP, GIF, MP4, WebM, MP3, M4A, Ogg 파일만 올릴 수 있어요.",
    ),
)
UNKNOWN_MEDIUM = Text(
    en="There is no such image or video.", ko="해당 이미지나 동영상을 찾을 수 없어요."
)
OTHER_KIND = Text(
    en="This is not a medium of the kind that belongs here.",
    ko="여기에 넣을 수 있는 종류의 파일이 아니에요.",
)
BIMANUAL_FOR_GOOD = Text(
    en="Whether a motion is for both hands does not change, for plans and plays count on it; make"
    " another motion.",
    ko="양손 동작인지는 바꿀 수 없어요. 이미 만든 계획과 기록이 달라지기 때문이에요. 새 동작을"
    " 만들어 주세요.",
)


def other_type(found: str) -> FieldError:
    return FieldError(
        "Content-Type",
        "other_type",
        Text(
            en=f"The file is {found}, and not what the header says.",
            ko=f"파일은 {found} 형식이에요. 헤더에 적힌 형식과 달라요.",
        ),
    )
