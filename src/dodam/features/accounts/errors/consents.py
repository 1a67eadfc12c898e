"""What can go wrong with consent."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text


class ConsentRequired(DodamError):
    """Nothing was stored: `details.documents` has what must be consented to first."""

    kind = Kind.FORBIDDEN
    code = "consent_required"
    text = Text(
        en="Consent to the documents in force is needed first; nothing was stored.",
        ko="먼저 현재 시행 중인 동의서에 동의해 주세요. 아무것도 저장하지 않았어요.",
    )


class DocumentVersionTaken(DodamError):
    kind = Kind.CONFLICT
    code = "version_taken"
    text = Text(
        en="This version is published already with other words; a new one is needed.",
        ko="이 버전은 다른 내용으로 이미 공개되었어요. 새 버전이 필요해요.",
    )


NOT_IN_FORCE = Text(
    en="This version is not in force, and no version published for later.",
    ko="시행 중이거나 시행 예정인 버전이 아니에요.",
)
NOT_THE_NEXT = FieldError(
    "version",
    "not_the_next",
    Text(en="Versions are numbered one after the other.", ko="버전은 차례대로 번호를 매겨야 해요."),
)


def too_soon(hours: float) -> FieldError:
    return FieldError(
        "effective_from",
        "too_soon",
        Text(
            en=f"A document takes force at least {hours:g} hours after it is published,"
            " and at most ten years.",
            ko=f"동의서는 공개한 뒤 {hours:g}시간 이후, 10년 이내에 시행할 수 있어요.",
        ),
    )
