"""What a message says, of what is so when it is sent."""

from datetime import date
from math import ceil

from dodam.features.accounts.models.contacts import Contact
from dodam.features.children.models.children import Child
from dodam.features.content.models.motions import TherapyHand
from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.service.templates import MOST_OF_A_NAME
from dodam.features.therapy.models.results import DailyResult, NextPlan, WeekSoFar
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.platform.database import Reading

_WEEKDAYS = "월화수목금토일"
_HANDS = {TherapyHand.LEFT: "왼손", TherapyHand.RIGHT: "오른손", TherapyHand.BOTH: "양손"}


class Wording:
    """Makes the values of the templates' variables."""

    def __init__(self, results: ResultsOfDays) -> None:
        self._results = results

    def of_account(self, contact: Contact) -> dict[str, str]:
        return {"보호자": _shortened(contact.name or "")}

    async def of_child(
        self, db: Reading, kind: MessageKind, child: Child, day: date
    ) -> dict[str, str] | None:
        """None where there is nothing to tell of the day."""
        values = {"아이": _shortened(child.name), "날짜": f"{day.month}월 {day.day}일"}
        if kind is not MessageKind.DAILY_RESULT:
            return values
        result = await self._results.of(db, child.id, day)
        return None if result is None else values | _figures(result)


def _figures(result: DailyResult) -> dict[str, str]:
    done = result.totals
    goal = f"{result.planned_motions}가지 운동 중 {result.reached_motions}가지 완료"
    return {
        "목표": goal if result.planned_motions else "쉬는 날",
        "시간": f"{ceil(done.active_seconds / 60):,}분",
        "반복": f"{done.repetitions:,}회 중 {done.successes:,}회 성공",
        "연속": f"{result.current_streak:,}일",
        "주간": _week(result.week),
        "다음": _next(result.next_plan),
    }


def _week(week: WeekSoFar | None) -> str:
    if week is None or not week.planned_days:
        return "계획한 날 없음"
    return f"계획한 {week.planned_days}일 중 {week.kept_days}일 참여"


def _next(plan: NextPlan | None) -> str:
    if plan is None:
        return "정해진 날 없음"
    day = f"{plan.day.month}월 {plan.day.day}일({_WEEKDAYS[plan.day.weekday()]})"
    at = "" if plan.at is None else f" {plan.at:%H:%M}"
    return f"{day}{at} {_HANDS[plan.hand]} {plan.motions}가지"


def _shortened(name: str) -> str:
    return name[:MOST_OF_A_NAME]
