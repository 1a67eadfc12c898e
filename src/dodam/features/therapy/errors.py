"""What can go wrong with a plan or an upload, and why a record is not taken."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text


class SessionNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "session_not_found"
    text = Text(en="There is no such session.", ko="그런 세션이 없어요.")


class PlanNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "plan_not_found"
    text = Text(en="There is no such version of the plan.", ko="해당 버전의 계획이 없어요.")


class PlanOfOthers(DodamError):
    """A guardian makes and ends guardians' plans, a clinician clinicians'."""

    kind = Kind.FORBIDDEN
    code = "plan_of_others"
    text = Text(
        en="You may not make or end a plan of this source.",
        ko="이 출처의 계획은 만들거나 끝낼 권한이 없어요.",
    )


class TooManyPlans(DodamError):
    """Every day is judged by them, so they are not made without end."""

    kind = Kind.CONFLICT
    code = "plan_limit_reached"
    text = Text(
        en="There are {limit} plans of this source already, which is the limit.",
        ko="이 출처의 계획은 {limit}개까지 만들 수 있어요.",
    )


class TooManyPauses(DodamError):
    kind = Kind.CONFLICT
    code = "pause_limit_reached"
    text = Text(
        en="There are {limit} pauses already, which is the limit.",
        ko="쉬는 기간은 {limit}개까지 만들 수 있어요.",
    )


class PauseNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "pause_not_found"
    text = Text(en="There is no such pause.", ko="해당 쉬는 기간이 없어요.")


class TemplateNotFound(DodamError):
    """Unknown, or archived."""

    kind = Kind.NOT_FOUND
    code = "plan_template_not_found"
    text = Text(en="There is no such plan template.", ko="해당 계획 양식이 없어요.")


class NothingToCorrect(DodamError):
    """It may have been corrected by the same request before."""

    kind = Kind.CONFLICT
    code = "nothing_to_correct"
    text = Text(en="All of these plays stand so already.", ko="이미 모두 그렇게 처리된 기록이에요.")


SUCCESSES_ABOVE_REPETITIONS = FieldError(
    "successes",
    "out_of_range",
    Text(en="There are more successes than repetitions.", ko="성공 횟수가 반복 횟수보다 많아요."),
)
MORE_THAN_A_HAND_CAN = FieldError(
    "repetitions",
    "impossible_rate",
    Text(
        en="No hand can repeat a motion so often in this time.",
        ko="이 시간 안에 손으로 할 수 있는 횟수가 아니에요.",
    ),
)
UNKNOWN_MOTION = FieldError(
    "motion",
    "unknown_motion",
    Text(en="There is no such motion in the catalogue.", ko="동작 목록에 없는 동작이에요."),
)
TIME_OUT_OF_RANGE = FieldError(
    "started_at",
    "out_of_range",
    Text(en="This is no time a tablet could show.", ko="태블릿이 나타낼 수 없는 시각이에요."),
)
EVENT_OUT_OF_RANGE = FieldError("at", TIME_OUT_OF_RANGE.code, TIME_OUT_OF_RANGE.text)
ID_REUSED = FieldError(
    "id",
    "id_reused",
    Text(
        en="Another record has this id; the first one is kept.",
        ko="같은 id의 다른 기록이 이미 있어요. 먼저 받은 기록을 유지합니다.",
    ),
)
CLOCK_CORRECTED = FieldError(
    "started_at",
    "clock_corrected",
    Text(
        en="The tablet's clock was wrong; the time of the play was corrected by the difference.",
        ko="태블릿 시계가 맞지 않아 차이만큼 시각을 고쳐 기록했어요.",
    ),
)
CLOCK_UNTRUSTED = FieldError(
    "started_at",
    "clock_untrusted",
    Text(
        en="The tablet's clock cannot be right; the play counts at the time it was received.",
        ko="태블릿 시계를 믿을 수 없어 받은 시각으로 기록했어요.",
    ),
)

PLAY_UNKNOWN = Text(en="The child has no such play.", ko="이 아이에게 없는 기록이에요.")
PLAY_REASSIGNED = Text(
    en="This play was reassigned to a sibling; correct it there.",
    ko="형제자매에게 옮긴 기록이에요. 그 아이의 기록에서 고쳐 주세요.",
)
PLAY_ID_TAKEN = Text(
    en="The sibling has another play with this id.",
    ko="형제자매에게 같은 id의 다른 기록이 있어요.",
)
NO_SIBLING = FieldError(
    "to_child_id",
    "not_a_sibling",
    Text(
        en="Plays go to another child of the same guardian, whom you treat too.",
        ko="같은 보호자의 다른 아이이면서 직접 담당하는 아이에게만 옮길 수 있어요.",
    ),
)
SIBLING_NOT_ASKED_FOR = FieldError(
    "to_child_id",
    "unexpected",
    Text(
        en="A sibling is named only where plays are reassigned.",
        ko="기록을 옮길 때만 to_child_id를 넣어 주세요.",
    ),
)

_FLAGGED = (
    FieldError(
        "repetitions",
        "fast",
        Text(
            en="More than four repetitions a second: counted, and marked to be looked at.",
            ko="1초에 네 번보다 빨라요. 기록은 반영하고 확인이 필요하다고 표시했어요.",
        ),
    ),
    FieldError(
        "hand",
        "wrong_hand",
        Text(
            en="The motion is not played with this hand: counted, and marked to be looked at.",
            ko="이 동작에 맞지 않는 손이에요. 기록은 반영하고 확인이 필요하다고 표시했어요.",
        ),
    ),
    FieldError(
        "repetitions",
        "no_repetitions",
        Text(
            en="Ten minutes or more without a repetition: counted, and marked to be looked at.",
            ko="10분 넘게 한 번도 반복하지 않았어요. 기록은 반영하고 확인이 필요하다고 표시했어요.",
        ),
    ),
    FieldError(
        "started_at",
        "before_therapy",
        Text(
            en="Before the child's therapy began: counted, and marked to be looked at.",
            ko="치료를 시작하기 전이에요. 기록은 반영하고 확인이 필요하다고 표시했어요.",
        ),
    ),
    FieldError(
        "started_at",
        "before_birth",
        Text(
            en="Before the child was born: counted, and marked to be looked at.",
            ko="아이가 태어나기 전이에요. 기록은 반영하고 확인이 필요하다고 표시했어요.",
        ),
    ),
)
# By flag.
FLAGGED = {each.code: each for each in _FLAGGED}

PLAN_STARTS_IN_THE_PAST = FieldError(
    "starts_on",
    "out_of_range",
    Text(
        en="A plan begins today or later, at most 366 days ahead: it never changes the past.",
        ko="계획은 오늘부터 366일 이내에 시작할 수 있어요. 지난 날은 바꿀 수 없습니다.",
    ),
)
PLAN_ENDS_BEFORE_IT_STARTS = FieldError(
    "ends_on",
    "out_of_range",
    Text(en="The plan ends before it begins.", ko="종료일이 시작일보다 빨라요."),
)
PLAN_END_OUT_OF_RANGE = FieldError(
    "on",
    "out_of_range",
    Text(
        en="A plan ends yesterday or later, and before the day it would end on anyway.",
        ko="계획은 어제부터, 원래 끝나는 날보다 앞선 날까지만 끝낼 수 있어요.",
    ),
)
UNKNOWN_COUNTRY = FieldError(
    "rests_on_holidays_of",
    "unknown_country",
    Text(
        en="The public holidays of this country are not known.",
        ko="이 나라의 공휴일은 알 수 없어요.",
    ),
)
WEEKDAY_TWICE = Text(en="This weekday is given twice.", ko="같은 요일이 두 번 들어 있어요.")
ONE_TARGET = Text(
    en="Give either target_repetitions or target_minutes.",
    ko="target_repetitions와 target_minutes 중 하나만 넣어 주세요.",
)
MOTION_TWICE = Text(
    en="This motion is given twice for the day.", ko="하루에 같은 동작이 두 번 들어 있어요."
)
MOTION_UNKNOWN = UNKNOWN_MOTION.text
MOTION_RETIRED = Text(
    en="This motion is offered no more; choose another for a new plan.",
    ko="더는 제공하지 않는 동작이에요. 새 계획에는 다른 동작을 골라 주세요.",
)
ONE_HANDED = Text(
    en="This motion is for one hand, and the day is for both hands together.",
    ko="한 손으로 하는 동작이라 두 손을 함께 쓰는 날에는 넣을 수 없어요.",
)
HAND_OR_RULE = Text(
    en="Either each day names its hand, or hand_rule finds the hands of all.",
    ko="요일마다 손을 정하거나, hand_rule로 모두 정해 주세요.",
)
SHARE_WITH_RATIO = FieldError(
    "hand_rule.affected_share",
    "share_with_ratio",
    Text(
        en="The rule `ratio` needs affected_share, and no other rule has one.",
        ko="affected_share는 `ratio` 규칙에만 필요해요.",
    ),
)

RANGE_REVERSED = FieldError(
    "to", "out_of_range", Text(en="`to` lies before `from`.", ko="`to`가 `from`보다 빨라요.")
)


def range_too_long(longest: int) -> FieldError:
    text = Text(
        en=f"At most {longest} days can be asked for at once.",
        ko=f"한 번에 {longest}일까지 조회할 수 있어요.",
    )
    return FieldError("to", "out_of_range", text)


PAUSE_OUT_OF_RANGE = FieldError(
    "from_day",
    "out_of_range",
    Text(
        en="A pause begins within 366 days of today.",
        ko="쉬는 기간은 오늘 앞뒤 366일 안에서 시작해야 해요.",
    ),
)
PAUSE_REVERSED = FieldError(
    "to_day",
    "out_of_range",
    Text(
        en="A pause ends on its first day or later, at most 366 days from today.",
        ko="쉬는 기간은 시작일 이후, 오늘부터 366일 안에 끝나야 해요.",
    ),
)
PAUSE_END_OUT_OF_RANGE = FieldError(
    "on",
    "out_of_range",
    Text(
        en="A pause can be made shorter only: it ends before the day it would end on anyway.",
        ko="쉬는 기간은 줄일 수만 있어요. 원래 끝나는 날보다 앞선 날을 넣어 주세요.",
    ),
)
EXCEPTION_OUT_OF_RANGE = FieldError(
    "day",
    "out_of_range",
    Text(
        en="A day within 366 days of today can be marked.",
        ko="오늘 앞뒤 366일 이내의 날만 표시할 수 있어요.",
    ),
)
