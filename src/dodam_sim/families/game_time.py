"""One child's time at mini-games after its therapy: plays asked for, played, and sent.

Ids and results depend on the child, the game and the number of the play: a run that is repeated
asks for the same plays again, and sends the same results.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from dodam_sim.families.answers import UploadReceipt
from dodam_sim.families.chance import lucky, stream, uuid7
from dodam_sim.families.client import Guardian, UnexpectedAnswerError
from dodam_sim.families.compare import Comparison
from dodam_sim.families.game_answers import OfferedGame, Play, Refusal, Start
from dodam_sim.families.mini_games import MINI_GAMES
from dodam_sim.families.persona import Child
from dodam_sim.families.therapy_day import instant
from dodam_sim.games.inventing import invent
from dodam_sim.games.sums import Played

_LEAVES_IT = 0.1
_SENDS_AGAIN = 0.3


@dataclass(slots=True)
class GameTime:
    """What was granted, by game; why the next play was not; and the results that were sent."""

    child: Child
    comparison: Comparison
    granted: dict[str, list[Play]] = field(default_factory=dict[str, list[Play]])
    refused: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    records: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])

    @property
    def played(self) -> dict[str, list[Played]]:
        """The results that must count, by game."""
        return {
            game: [_as_played(record) for record in self.records if record["game"] == game]
            for game in self.granted
        }


def likes_games(child: Child) -> bool:
    return lucky(stream(child.id, "games"), child.habits.mini_games)


async def play_games(guardian: Guardian, child: Child, comparison: Comparison) -> GameTime:
    """Start the app, play each game that is known until it closes, and send the results."""
    base = f"/v1/children/{child.id}"
    time = GameTime(child, comparison)
    start = await guardian.get(f"{base}/bootstrap", Start)
    for game in msgspec.convert(start["games"], list[OfferedGame]):
        if game.id in MINI_GAMES:
            await _play(guardian, base, time, game.id)
    for turn in range(1 + lucky(stream(child.id, "sends again"), _SENDS_AGAIN)):
        await _send_results(guardian, time, turn)
    await _start_again(guardian, base, time, start)
    return time


async def _send_results(guardian: Guardian, time: GameTime, turn: int) -> None:
    """Send all results in some order and in some parts; again does no harm."""
    chance = stream(time.child.id, "results", turn)
    waiting = chance.sample(time.records, k=len(time.records))
    path = f"/v1/children/{time.child.id}/game-results"
    while waiting:
        size = chance.randint(1, len(waiting))
        body, waiting = msgspec.json.encode(waiting[:size]), waiting[size:]
        receipt = await guardian.post(path, lambda _, body=body: body, UploadReceipt)
        kept = receipt.created + receipt.duplicates
        time.comparison.same(None, "results of games: kept", size, kept)


async def _play(guardian: Guardian, base: str, time: GameTime, game: str) -> None:
    time.granted[game] = []
    while True:
        number = len(time.granted[game])
        answer = await _ask(guardian, base, game, _new_id(time.child, "play", game, number))
        if isinstance(answer, Refusal):
            time.refused[game] = [reason.code for reason in answer.details.reasons]
            return
        time.granted[game].append(answer)
        if not lucky(stream(time.child.id, "leaves", game, number), _LEAVES_IT):
            time.records.append(_result(time.child, answer, number))


async def _ask(guardian: Guardian, base: str, game: str, play_id: UUID) -> Play | Refusal:
    body = msgspec.json.encode({"id": play_id, "game": game})
    try:
        return await guardian.post(f"{base}/game-plays", lambda _: body, Play)
    except UnexpectedAnswerError as error:
        if error.code != "game_locked":
            raise
        return msgspec.json.decode(error.content, type=Refusal)


def _result(child: Child, play: Play, number: int) -> Mapping[str, object]:
    return {
        "id": str(_new_id(child, "result", play.game, number)),
        "game": play.game,
        "version": play.version,
        "play_id": str(play.id),
        "started_at": play.granted_at.isoformat(timespec="milliseconds"),
        "duration_ms": 60_000,
        "result": invent(MINI_GAMES[play.game].results, stream(child.id, play.game, number)),
    }


def _as_played(record: Mapping[str, Any]) -> Played:
    return Played(record["id"], datetime.fromisoformat(record["started_at"]), record["result"])


def _new_id(child: Child, *names: object) -> UUID:
    return uuid7(instant(child.last_day, 0, child.days.zone), stream(child.id, *names))


async def _start_again(
    guardian: Guardian, base: str, time: GameTime, before: Mapping[str, Any]
) -> None:
    """What changed since is told; with what was known before it is all there is."""
    after = await guardian.get(f"{base}/bootstrap?since={before['version']}", Start)
    games = await guardian.get(f"{base}/games", list[Any])
    sections = sorted({*after, *after["unchanged"]})
    time.comparison.same(None, "start: sections", sorted(before), sections)
    known = {**before, **after}["games"]
    time.comparison.same(None, "start: games", games, known)
