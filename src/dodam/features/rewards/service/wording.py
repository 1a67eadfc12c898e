"""What lines of a ledger are for, in sentences."""

from datetime import date

from dodam.features.rewards.models import TicketReason
from dodam.features.rewards.store.ledgers import Line
from dodam.platform.i18n import Text

_ALIKE = {
    TicketReason.GAME_REWARD: Text(en="A mini-game's reward.", ko="미니게임 보상으로 받았어요."),
    TicketReason.GAME_PLAYED: Text(en="Spent on a mini-game.", ko="미니게임을 하는 데 썼어요."),
    TicketReason.GAME_GIVEN_BACK: Text(
        en="Given back for a mini-game that was not played.",
        ko="하지 않은 미니게임의 티켓을 돌려받았어요.",
    ),
    TicketReason.PROMOTION: Text(en="From a promotion code.", ko="프로모션 코드로 받았어요."),
}


def for_what(line: Line) -> Text:
    """What the tickets were earned by, or spent on."""
    match line.reason:
        case TicketReason.ATTENDANCE:
            day = date.fromisoformat(line.reference)
            return Text(en=f"Exercised on {day}.", ko=f"{_korean(day)}에 운동했어요.")
        case TicketReason.GOAL_REACHED:
            day = date.fromisoformat(line.reference)
            return Text(
                en=f"All that was planned for {day} is done.",
                ko=f"{_korean(day)} 계획을 모두 마쳤어요.",
            )
        case TicketReason.STREAK:
            days, _, day = line.reference.partition("/")
            return Text(
                en=f"{days} days of exercise with none missed, up to {day}.",
                ko=f"{_korean(date.fromisoformat(day))}까지 빠지지 않고 {days}일 운동했어요.",
            )
        case TicketReason.GRANTED_BY_STAFF if line.tickets > 0:
            return Text(
                en=f"From your care team: {line.granted_for}",
                ko=f"담당 선생님이 주셨어요: {line.granted_for}",
            )
        case TicketReason.GRANTED_BY_STAFF:
            return Text(
                en=f"Taken back by your care team: {line.granted_for}",
                ko=f"담당 선생님이 되돌렸어요: {line.granted_for}",
            )
        case _:
            return _ALIKE[line.reason]


def _korean(day: date) -> str:
    return f"{day.year}년 {day.month}월 {day.day}일"
