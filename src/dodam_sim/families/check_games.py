"""The check of mini-games and tickets, against what the family did."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dodam_sim.families.attendance import History
from dodam_sim.families.client import Guardian
from dodam_sim.families.compare import Comparison
from dodam_sim.families.game_answers import OfferedGame, TicketEntry, TicketPage
from dodam_sim.families.game_time import GameTime
from dodam_sim.families.mini_games import MINI_GAMES, Reward
from dodam_sim.families.therapy_day import TherapyDays
from dodam_sim.families.ticket_rules import earned_by_therapy
from dodam_sim.games.sums import Played, add_up, as_told, number_at


@dataclass(frozen=True, slots=True)
class GameAnswers:
    """What the server says of a child's games and tickets; lines are the oldest first."""

    offered: Sequence[OfferedGame]
    balance: int
    lines: Sequence[TicketEntry]


async def ask_about_games(guardian: Guardian, child_id: UUID) -> GameAnswers:
    base = f"/v1/children/{child_id}"
    offered = await guardian.get(f"{base}/games", list[OfferedGame])
    page = await guardian.get(f"{base}/tickets", TicketPage)
    balance, lines = page.balance, [*page.entries]
    while page.next_before is not None:
        page = await guardian.get(f"{base}/tickets?before={page.next_before}", TicketPage)
        lines += page.entries
    return GameAnswers(offered, balance, lines[::-1])


def check_games(
    comparison: Comparison, time: GameTime, history: History, answers: GameAnswers
) -> None:
    """Compare standings, locks, and every line of the ledger of tickets."""
    # No fewer were there when plays were refused: results earned later, and streaks perhaps.
    purse = answers.balance - _sum(answers.lines, "game_reward", "streak")
    for game in answers.offered:
        if game.id in time.granted:
            _check_standing(comparison, game, time.played[game.id])
            _check_plays(comparison, time, history, game.id)
            _check_refusal(comparison, time, history, game.id, purse)
    _check_lines(comparison, answers)
    _check_earned(comparison, history, answers.lines)
    _check_spent(comparison, time, answers.lines)


def _check_standing(comparison: Comparison, game: OfferedGame, played: Sequence[Played]) -> None:
    expected = add_up(MINI_GAMES[game.id].aggregates, played)
    told = as_told(game.aggregates)
    comparison.same(None, f"{game.id}: results that count", len(played), game.results)
    comparison.same(None, f"{game.id}: aggregates", sorted(expected), sorted(told))
    for name, value in expected.items():
        comparison.same(None, f"{game.id}: {name}", value, told.get(name))


def _check_plays(comparison: Comparison, time: GameTime, history: History, game: str) -> None:
    """No day has more plays than the limit, and none was free that should not be."""
    known, plays = MINI_GAMES[game], time.granted[game]
    days = Counter(time.child.days.day_of(play.granted_at) for play in plays)
    for day, number in days.items():
        most = known.plays_a_day
        comparison.holds(day, f"{game}: plays", f"at most {most}", number, holds=number <= most)
    for play in plays:
        day = time.child.days.day_of(play.granted_at)
        costs = int(known.for_therapy and not _nothing_left(history, day))
        comparison.same(day, f"{game}: tickets of a play", costs, play.tickets_spent)
    if len(history.ledger.played_days) < known.attended_days:
        comparison.same(None, f"{game}: plays before it opens", 0, len(plays))


def _check_refusal(
    comparison: Comparison, time: GameTime, history: History, game: str, purse: int
) -> None:
    """The play that was refused was so for reasons, each of which holds."""
    known, plays, today = MINI_GAMES[game], time.granted[game], history.today
    plays_today = sum(time.child.days.day_of(play.granted_at) == today for play in plays)
    asks_therapy = known.for_therapy and not _nothing_left(history, today)
    holds = {
        "limit_reached": plays_today == known.plays_a_day,
        "resting": known.rests and bool(plays),
        "attendance_too_short": len(history.ledger.played_days) < known.attended_days,
        "therapy_not_done": asks_therapy,
        "not_subscribed": asks_therapy,
        "not_enough_tickets": asks_therapy and purse <= 0,
    }
    may, reasons = [reason for reason, is_so in holds.items() if is_so], time.refused[game]
    right = bool(reasons) and set(reasons) <= set(may)
    comparison.holds(today, f"{game}: refused for", f"some of {may}", reasons, holds=right)


def _nothing_left(history: History, day: date) -> bool:
    """Whether nothing that was planned for the day is left to do."""
    planned, reached = history.targets(day)
    return planned == reached or day in history.excused


def _check_lines(comparison: Comparison, answers: GameAnswers) -> None:
    """Every balance follows from the one before, and none is below zero."""
    balance = 0
    for number, line in enumerate(answers.lines, 1):
        balance += line.tickets
        told = (line.number, line.balance)
        comparison.same(None, "tickets: balance after a line", (number, balance), told)
        comparison.holds(None, "tickets: balance", "0 or more", balance, holds=balance >= 0)
    comparison.same(None, "tickets: balance", balance, answers.balance)


def _check_earned(comparison: Comparison, history: History, lines: Sequence[TicketEntry]) -> None:
    therapy = earned_by_therapy(history)
    for reason in ("attendance", "goal_reached"):
        told = [(line.reference, line.tickets) for line in lines if line.reason == reason]
        expected = [(str(therapy.day), 1)] if reason in therapy.reasons else []
        allowed = [expected] if therapy.is_sure else [expected, []]
        comparison.holds(therapy.day, f"tickets: {reason}", expected, told, holds=told in allowed)
    _, longest = history.streaks()
    lengths = [int(line.reference.split("/")[0]) for line in lines if line.reason == "streak"]
    comparison.holds(
        None,
        "tickets: streak",
        f"each up to {longest} once",
        lengths,
        holds=len(set(lengths)) == len(lengths) and max(lengths, default=0) <= longest,
    )


def _check_spent(comparison: Comparison, time: GameTime, lines: Sequence[TicketEntry]) -> None:
    """Each play that was granted took what its answer said; results earned what games promise."""
    plays = [play for plays in time.granted.values() for play in plays if play.tickets_spent]
    expected = sorted((str(play.id), -play.tickets_spent) for play in plays)
    told = sorted((line.reference, line.tickets) for line in lines if line.reason == "game_played")
    comparison.same(None, "tickets: spent on plays", expected, told)
    rewards = sum(
        _rewards(MINI_GAMES[game].reward, played, time.child.days)
        for game, played in time.played.items()
    )
    comparison.same(None, "tickets: earned in games", rewards, _sum(lines, "game_reward"))


def _sum(lines: Iterable[TicketEntry], *reasons: str) -> int:
    return sum(line.tickets for line in lines if line.reason in reasons)


def _rewards(reward: Reward, played: Iterable[Played], days: TherapyDays) -> int:
    """The tickets that results earn: one each, so many a therapy day at most."""
    reached: Counter[date] = Counter()
    for each in played:
        number = number_at(each.result, reward.of)
        if number is not None and number >= Decimal(str(reward.at_least)):
            reached[days.day_of(each.at)] += 1
    return sum(min(times, reward.most_a_day) for times in reached.values())
