"""What can go wrong with a child and its diagnoses."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class ChildNotFound(DodamError):
    """Unknown, removed or somebody else's: a stranger learns nothing from the difference."""

    kind = Kind.NOT_FOUND
    code = "child_not_found"
    text = Text(en="There is no such child.", ko="해당 아동을 찾을 수 없어요.")


class ChildLimitReached(DodamError):
    kind = Kind.CONFLICT
    code = "child_limit_reached"
    text = Text(
        en="This account has {limit} children already, which is the limit.",
        ko="한 계정에는 아동을 {limit}명까지 등록할 수 있어요.",
    )


class GuardianConsentRequired(DodamError):
    """The child may not consent itself where the account holder lives."""

    kind = Kind.FORBIDDEN
    code = "guardian_consent_required"
    text = Text(
        en="A child under {years} cannot consent itself; the legal guardian has to.",
        ko="만 {years}세 미만 아동은 법정대리인의 동의가 필요해요.",
    )


class IdTaken(DodamError):
    kind = Kind.CONFLICT
    code = "id_taken"
    text = Text(
        en="This id is in use; make a new one and try again.",
        ko="이미 사용 중인 id예요. 새 id로 다시 시도해 주세요.",
    )


class DiagnosisNotFound(DodamError):
    """Unknown, deleted or another child's."""

    kind = Kind.NOT_FOUND
    code = "diagnosis_not_found"
    text = Text(en="There is no such diagnosis.", ko="해당 진단 기록을 찾을 수 없어요.")


class NotOnTheStaff(DodamError):
    """No member of staff, disabled, or in no role that treats children."""

    kind = Kind.CONFLICT
    code = "not_on_the_staff"
    text = Text(
        en="This is no member of staff who treats children.",
        ko="아동을 담당할 수 있는 직원이 아니에요.",
    )
