"""What can go wrong with settings."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text


class NamespaceNotFound(DodamError):
    """Unknown; or retired, where somebody wants to change what clients get."""

    kind = Kind.NOT_FOUND
    code = "settings_not_found"
    text = Text(en="There are no settings of this name.", ko="이 이름의 설정이 없어요.")


class VersionNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "settings_version_not_found"
    text = Text(en="There is no such version of these settings.", ko="해당 버전의 설정이 없어요.")


class EditedMeanwhile(DodamError):
    """Somebody else was first; `details` has the present `edit`, 0 where there is none."""

    kind = Kind.CONFLICT
    code = "edited_meanwhile"
    text = Text(
        en="This was changed by somebody else meanwhile; look at it and try again.",
        ko="그 사이 다른 사람이 바꾸었어요. 내용을 확인하고 다시 시도해 주세요.",
    )


class OwnedByOthers(DodamError):
    """What these settings look like is said by a mini-game or by the release."""

    kind = Kind.CONFLICT
    code = "settings_owned"
    text = Text(
        en="What these settings look like is decided by their owner ({owner}); only their values"
        " can be published.",
        ko="이 설정의 형식은 게임이나 새 버전이 정해요({owner}). 값만 게시할 수 있어요.",
    )


class TookEffect(DodamError):
    """Publish other settings, or restore earlier ones."""

    kind = Kind.CONFLICT
    code = "took_effect"
    text = Text(
        en="This version has taken effect already, so it cannot be cancelled.",
        ko="이미 적용된 버전이라 취소할 수 없어요.",
    )


TOO_EARLY_OR_LATE = FieldError(
    "takes_effect_at",
    "out_of_range",
    Text(
        en="Settings take effect from now on, at most 366 days ahead.",
        ko="설정은 지금부터 366일 이내에 적용되도록 해 주세요.",
    ),
)
RULE_TWICE = Text(en="Another rule has this name already.", ko="같은 이름의 규칙이 이미 있어요.")
RESERVED = FieldError(
    "namespace",
    "reserved",
    Text(
        en="Names that begin with `games.` are those of mini-games.",
        ko="`games.`로 시작하는 이름은 미니게임이 사용해요.",
    ),
)
TOO_MUCH = FieldError(
    "rules",
    "too_large",
    Text(
        en="All that these rules come to is larger than 4 MiB together.",
        ko="규칙이 만들어 내는 설정을 모두 합치면 4MiB보다 커요.",
    ),
)
