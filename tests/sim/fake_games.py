"""Mini-games and tickets of one child, as the server in memory has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import msgspec

from dodam_sim.families import answers
from dodam_sim.families.attendance import History
from dodam_sim.families.game_answers import Lock, OfferedGame, Play, TicketEntry, TicketPage
from dodam_sim.families.mini_games import MINI_GAMES, MiniGame
from dodam_sim.families.ticket_rules import earned_by_therapy
from dodam_sim.games.sums import Played, add_up, number_at

_LINES_A_PAGE = 3


@dataclass
class FakeGames:
    plays: dict[UUID, Play] = field(default_factory=dict[UUID, Play])
    results: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    lines: list[TicketEntry] = field(default_factory=list[TicketEntry])

    def answer(self, what: str, history: History, query: Mapping[str, str]) -> object:
        therapy = earned_by_therapy(history)
        for reason in sorted(therapy.reasons):
            self._add(reason, str(therapy.day), 1)
        match what:
            case "games":
                return [self._offered(name, history) for name in MINI_GAMES]
            case "tickets":
                return self._page(int(query.get("before", len(self.lines) + 1)))
            case _:
                return self._start(history, query.get("since", ""))

    def grant(self, content: bytes, history: History, now: datetime) -> Play | httpx.Response:
        form = msgspec.json.decode(content, type=dict[str, str])
        if known := self.plays.get(UUID(form["id"])):
            return known
        lock, cost = self._lock(MINI_GAMES[form["game"]], form["game"], history)
        if not lock.open:
            problem = {"code": "game_locked", "details": {"reasons": lock.reasons}}
            return httpx.Response(409, content=msgspec.json.encode(problem))
        play = Play(UUID(form["id"]), form["game"], 1, now, cost)
        self.plays[play.id] = play
        if cost:
            self._add("game_played", str(play.id), -cost)
        return play

    def upload(self, content: bytes) -> answers.UploadReceipt:
        records = msgspec.json.decode(content, type=list[dict[str, Any]])
        new = [record for record in records if record["id"] not in self.results]
        for record in new:
            self.results[record["id"]] = record
            self._reward(record)
        return answers.UploadReceipt(len(new), len(records) - len(new), 0, [])

    def _reward(self, record: Mapping[str, Any]) -> None:
        reward = MINI_GAMES[record["game"]].reward
        earned = sum(line.reference.startswith(record["game"]) for line in self.lines)
        number = number_at(record["result"], reward.of) or 0
        if number >= Decimal(str(reward.at_least)) and earned < reward.most_a_day:
            self._add("game_reward", f"{record['game']}/{earned}", 1)

    def _add(self, reason: str, reference: str, tickets: int) -> None:
        if (reason, reference) not in {(line.reason, line.reference) for line in self.lines}:
            number, balance = len(self.lines) + 1, self._balance + tickets
            self.lines.append(TicketEntry(number, reason, reference, tickets, balance))

    @property
    def _balance(self) -> int:
        return self.lines[-1].balance if self.lines else 0

    def _page(self, before: int) -> TicketPage:
        first = max(1, before - _LINES_A_PAGE)
        shown = self.lines[first - 1 : before - 1][::-1]
        return TicketPage(self._balance, shown, first if first > 1 else None)

    def _offered(self, name: str, history: History) -> OfferedGame:
        mine = [record for record in self.results.values() if record["game"] == name]
        played = [
            Played(each["id"], datetime.fromisoformat(each["started_at"]), each["result"])
            for each in mine
        ]
        sums = add_up(MINI_GAMES[name].aggregates, played)
        told = {key: _told(value) for key, value in sums.items()}
        lock, _ = self._lock(MINI_GAMES[name], name, history)
        return OfferedGame(name, 1, lock, len(mine), told)

    def _lock(self, game: MiniGame, name: str, history: History) -> tuple[Lock, int]:
        """All plays are of one day here."""
        plays = sum(play.game == name for play in self.plays.values())
        planned, reached = history.targets(history.today)
        cost = int(game.for_therapy and planned > reached and history.today not in history.excused)
        closed = {
            "limit_reached": plays >= game.plays_a_day,
            "resting": game.rests and plays > 0,
            "attendance_too_short": len(history.ledger.played_days) < game.attended_days,
            "not_enough_tickets": cost > self._balance,
        }
        reasons = [answers.Reason(code) for code, is_so in closed.items() if is_so]
        return Lock(not reasons, game.plays_a_day - plays, reasons), cost

    def _start(self, history: History, since: str) -> dict[str, object]:
        sections = {
            "games": [self._offered(name, history) for name in MINI_GAMES],
            "tickets": {"balance": self._balance},
        }
        tags = {
            name: sha256(msgspec.json.encode(section)).hexdigest()
            for name, section in sections.items()
        }
        unchanged = [name for name, tag in tags.items() if tag in since]
        told = {name: section for name, section in sections.items() if name not in unchanged}
        return {"version": "".join(tags.values()), "unchanged": unchanged, **told}


def _told(value: Any) -> Any:
    if value is None or isinstance(value, Decimal):
        return None if value is None else float(value)
    return [{"result_id": id_, "value": float(number)} for id_, number in value]
