"""A server in memory that keeps the API's promises, and can be told to break one of them.

It sums with the simulator's own ledger: it is there to try the way of the records and the check,
not to prove the sums, which have tests of their own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import msgspec

from dodam_sim.families import answers
from dodam_sim.families.attendance import History
from dodam_sim.families.ledger import Ledger
from dodam_sim.families.plays import Event, Play
from dodam_sim.families.tablet import CLOCK_TOLERANCE
from dodam_sim.families.therapy_day import TherapyDays, days_between

from . import fake_outcomes, fake_progress, fake_sessions
from .examples import CATALOGUE, DOCUMENTS, plan_from
from .fake_games import FakeGames

Raw = dict[str, object]


class Uploaded(msgspec.Struct, kw_only=True):
    """A record as the API describes it."""

    id: UUID
    session_id: UUID
    motion: str
    hand: Annotated[str, msgspec.Meta(pattern="^(left|right|both)$")]
    started_at: Annotated[datetime, msgspec.Meta(tz=True)]
    duration_ms: Annotated[int, msgspec.Meta(ge=0, le=3_600_000)]
    repetitions: Annotated[int, msgspec.Meta(ge=0, le=10_000)]
    successes: int
    accuracy: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    score: Annotated[int, msgspec.Meta(ge=0)] | None = None
    difficulty: Annotated[int, msgspec.Meta(ge=1, le=10)] | None = None
    label: Annotated[str, msgspec.Meta(pattern="^[a-ik-z_]+$")] | None = None
    device: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    payload: Raw | None = None
    sent_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class UploadedEvent(msgspec.Struct):
    """A session event as the API describes it."""

    id: UUID
    session_id: UUID
    kind: Annotated[str, msgspec.Meta(pattern="^(started|paused|resumed|finished)$")]
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    sent_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Consent(msgspec.Struct):
    given_by: str
    documents: dict[str, int]


class Application(msgspec.Struct):
    """What a registration says beside the child."""

    consent: Consent
    affected_hand: str


@dataclass
class FakeChild:
    child: answers.RegisteredChild
    affected_hand: str
    ledger: Ledger
    stored: dict[object, Raw] = field(default_factory=dict[object, Raw])
    events: dict[UUID, Event] = field(default_factory=dict[UUID, Event])
    days_off: dict[date, str] = field(default_factory=dict[date, str])
    pauses: list[answers.Pause] = field(default_factory=list[answers.Pause])
    plans: list[answers.Plan] = field(default_factory=list[answers.Plan])
    games: FakeGames = field(default_factory=FakeGames)

    def devices(self) -> dict[UUID, str]:
        """The tablet of each session something was played in."""
        return {UUID(str(each["session_id"])): str(each["device"]) for each in self.stored.values()}

    def excused(self, until: date) -> dict[date, str]:
        paused = {
            day: pause.reason
            for pause in self.pauses
            for day in days_between(pause.from_day, pause.to_day or until)
        }
        return paused | self.days_off


Spoil = Callable[[object], object]


def _leave(answer: object) -> object:
    return answer


class FakeServer:
    """`spoil` may change an answer before it is sent.

    Every call whose number (from 1) is in `lost` is done, but its answer is lost on the way.
    """

    def __init__(
        self, now: Callable[[], datetime], spoil: Spoil | None = None, lost: Iterable[int] = ()
    ) -> None:
        self.now = now
        self.children: dict[str, FakeChild] = {}
        self.passwords: dict[str, str] = {}
        self.consents: dict[str, int] = {}
        self.calls: list[str] = []
        self._spoil = spoil or _leave
        self._lost = frozenset(lost)
        self._pairs = 0

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(f"{request.method} {request.url.path}")
        answer = self._route(request)
        if len(self.calls) in self._lost:
            message = "connection reset"
            raise httpx.ReadError(message)
        return answer

    def _route(self, request: httpx.Request) -> httpx.Response:
        match request.method, request.url.path.removeprefix("/v1/").split("/"):
            case "POST", ["auth", action]:
                answer = self._tokens(action, request.content)
            case "POST", ["children"]:
                answer = self._register(request.content)
            case "POST", ["children", child_id, *rest]:
                answer = self._posted(self.children[child_id], rest, request.content)
            case _, [*_, "consent-documents" | "consents" | "consent" as what]:
                answer = self._consent(what, request.content)
            case "PUT", ["children", child_id, "exceptional-days", day]:
                reason = msgspec.json.decode(request.content, type=dict[str, str])["reason"]
                self.children[child_id].days_off[date.fromisoformat(day)] = reason
                answer = None
            case "GET", ["motions"]:
                answer = CATALOGUE
            case "GET", ["children"]:
                answer = [known.child for known in self.children.values()]
            case "GET", ["children", child_id, what]:
                answer = self._answer(self.children[child_id], what, dict(request.url.params))
            case _:
                answer = httpx.Response(404, json={"code": "not_found"})
        if isinstance(answer, httpx.Response):
            return answer
        return httpx.Response(200, content=msgspec.json.encode(self._spoil(answer)))

    def _posted(self, child: FakeChild, path: list[str], content: bytes) -> object:
        match path:
            case ["play-records"]:
                answer = self._upload(child, content, self._fate)
            case ["session-events"]:
                answer = self._upload(child, content, self._event_fate)
            case ["game-plays"]:
                answer = child.games.grant(content, self._history(child), self.now())
            case ["game-results"]:
                answer = child.games.upload(content)
            case ["pauses"]:
                answer = _make_pause(child, content)
            case ["pauses", pause_id, "end"]:
                answer = _end_pause(child, UUID(pause_id), content)
            case ["plans"]:
                answer = self._make_plan(child, content)
            case ["plans", version, "end"]:
                answer = _end_plan(child, int(version), content)
            case _:
                answer = httpx.Response(404, json={"code": "not_found"})
        return answer

    def _tokens(self, action: str, content: bytes) -> httpx.Response | answers.Tokens:
        body = msgspec.json.decode(content, type=dict[str, str])
        if action == "sign-up":
            if body["email"] in self.passwords:
                return httpx.Response(409, json={"code": "email_taken"})
            self.passwords[body["email"]] = body["password"]
        elif action == "sign-in" and self.passwords.get(body["email"]) != body["password"]:
            return httpx.Response(401, json={"code": "invalid_credentials"})
        elif action == "refresh" and body["refresh_token"] != f"refresh {self._pairs}":
            return httpx.Response(401, json={"code": "refresh_token_reused"})
        self._pairs += 1
        return answers.Tokens(f"access {self._pairs}", f"refresh {self._pairs}")

    def _consent(self, what: str, content: bytes) -> object:
        if what == "consents":
            self.consents |= msgspec.json.decode(content, type=dict[str, int])
        return DOCUMENTS if what == "consent-documents" else None

    def _register(self, content: bytes) -> httpx.Response | answers.RegisteredChild:
        application = msgspec.json.decode(content, type=Application)
        if {**self.consents, **application.consent.documents} != {
            each.kind: each.version for each in DOCUMENTS
        }:
            return httpx.Response(403, json={"code": "consent_required"})
        child = msgspec.json.decode(content, type=answers.RegisteredChild)
        days = TherapyDays(ZoneInfo(child.time_zone), child.day_start_hour)
        known = self.children.setdefault(
            str(child.id), FakeChild(child, application.affected_hand, Ledger(days))
        )
        known.plans = known.plans or [plan_from(known.child.therapy_starts_on)]
        return known.child

    def _make_plan(self, child: FakeChild, content: bytes) -> answers.Plan:
        form: Raw = msgspec.json.decode(content)
        first_hand = "right" if child.affected_hand == "both" else child.affected_hand
        hands = {"affected_hand": child.affected_hand, "first_hand": first_hand}
        rule = {"affected_share": None, **msgspec.convert(form["hand_rule"], Raw), **hands}
        days = [{"hand": None, **day} for day in msgspec.convert(form["days"], list[Raw])]
        filled = {
            "starts_on": str(child.ledger.days.day_of(self.now())),
            **form,
            "ends_on": None,
            "version": len(child.plans) + 1,
            "source": "guardian",
            "hand_rule": rule,
            "days": days,
        }
        child.plans.append(msgspec.convert(filled, answers.Plan, strict=False))
        return child.plans[-1]

    def _upload(
        self,
        child: FakeChild,
        content: bytes,
        fate_of: Callable[[FakeChild, int, Raw], answers.RecordFate],
    ) -> answers.UploadReceipt:
        as_list = content if content.startswith(b"[") else b"[" + content + b"]"
        records = msgspec.json.decode(as_list, type=list[Raw])
        fates = [fate_of(child, n, record) for n, record in enumerate(records)]
        kinds = [fate.fate for fate in fates]
        return answers.UploadReceipt(
            kinds.count("created"), kinds.count("duplicate"), kinds.count("rejected"), fates
        )

    def _fate(self, child: FakeChild, index: int, raw: Raw) -> answers.RecordFate:
        try:
            record = msgspec.convert(raw, Uploaded)
        except msgspec.ValidationError as error:
            return _refused(index, "invalid", _field(error))
        if len(msgspec.json.encode(record.payload)) > 16 * 1024:
            return _refused(index, "invalid", "payload")
        if record.successes > record.repetitions:
            return _refused(index, "invalid", "successes")
        if record.motion not in {motion.id for motion in CATALOGUE}:
            return _refused(index, "unknown_motion", "motion")
        content = {name: value for name, value in raw.items() if name != "sent_at"}
        if child.stored.setdefault(raw["id"], content) != content:
            return _refused(index, "id_reused", "id")
        started_at, notice = self._true_time(record.started_at, record.sent_at)
        play = _play(record, started_at)
        return answers.RecordFate(
            index,
            "created" if child.ledger.write(play) else "duplicate",
            child.ledger.days.day_of(play.started_at),
            notice=notice,
        )

    def _event_fate(self, child: FakeChild, index: int, raw: Raw) -> answers.RecordFate:
        try:
            record = msgspec.convert(raw, UploadedEvent)
        except msgspec.ValidationError as error:
            return _refused(index, "invalid", _field(error))
        at, notice = self._true_time(record.at, record.sent_at)
        fate = "duplicate" if record.id in child.events else "created"
        event = Event(record.id, record.session_id, record.kind, at)
        kept = child.events.setdefault(record.id, event)
        return answers.RecordFate(index, fate, child.ledger.days.day_of(kept.at), notice=notice)

    def _true_time(
        self, shown: datetime, sent_at: datetime | None
    ) -> tuple[datetime, answers.Reason | None]:
        skew = self.now() - (sent_at or self.now())
        if abs(skew) > CLOCK_TOLERANCE:
            return shown + skew, answers.Reason("clock_corrected")
        return shown, None

    def _history(self, child: FakeChild) -> History:
        today = child.ledger.days.day_of(self.now())
        return History(
            child.plans,
            child.ledger,
            child.excused(today),
            {motion.id for motion in CATALOGUE if motion.bimanual},
            child.child.therapy_starts_on,
            today,
        )

    def _answer(self, child: FakeChild, what: str, query: dict[str, str]) -> object:
        history = self._history(child)
        first, last = _span(query, history.today)
        match what:
            case "plans":
                return child.plans
            case "daily-logs":
                assert (last - first).days < 366
                return answers.DailyLogs(fake_progress.logs(child.ledger, first, last))
            case "attendance":
                return fake_progress.attendance(history, first, last)
            case "calendar":
                return fake_progress.calendar(history, query["month"])
            case "report":
                return fake_progress.report(history)
            case _:
                return self._newer_answer(child, what, history, query)

    def _newer_answer(
        self, child: FakeChild, what: str, history: History, query: dict[str, str]
    ) -> object:
        first, last = _span(query, history.today)
        match what:
            case "games" | "tickets" | "bootstrap":
                return child.games.answer(what, history, query)
            case "pauses":
                return child.pauses
            case "sessions":
                found = fake_sessions.sessions(
                    child.ledger, child.events.values(), child.devices(), self._others(child)
                )
                return answers.PlaySessions([each for each in found if each.therapy_day >= first])
            case "schedule":
                assert (last - first).days < 92
                return fake_outcomes.schedule(history, child.pauses, first, last)
            case "adherence":
                return fake_outcomes.adherence(history)
            case _:
                return fake_outcomes.outcomes(child.ledger, first, last)

    def _others(self, child: FakeChild) -> set[UUID]:
        """Sessions of other children."""
        return {
            session_id
            for other in self.children.values()
            if other is not child
            for session_id in other.devices()
        }


def _span(query: dict[str, str], today: date) -> tuple[date, date]:
    first = date.fromisoformat(query.get("from", str(today - timedelta(days=89))))
    return first, date.fromisoformat(query.get("to", str(today)))


def _refused(index: int, code: str, wrong: str | None) -> answers.RecordFate:
    return answers.RecordFate(index, "rejected", reason=answers.Reason(code, wrong))


def _field(error: msgspec.ValidationError) -> str:
    text = str(error)
    return text.rsplit("$.", 1)[-1].rstrip("`") if "$." in text else text.split("`")[1]


def _make_pause(child: FakeChild, content: bytes) -> answers.Pause:
    form = msgspec.json.decode(content, type=dict[str, str])
    whole = {"to_day": None, **form, "id": str(UUID(int=len(child.pauses)))}
    child.pauses.append(msgspec.convert(whole, answers.Pause, strict=False))
    return child.pauses[-1]


def _end_pause(child: FakeChild, pause_id: UUID, content: bytes) -> answers.Pause:
    on = date.fromisoformat(msgspec.json.decode(content, type=dict[str, str])["on"])
    ended = msgspec.structs.replace(child.pauses[pause_id.int], to_day=on)
    child.pauses[pause_id.int] = ended
    return ended


def _end_plan(child: FakeChild, version: int, content: bytes) -> answers.Plan:
    on = date.fromisoformat(msgspec.json.decode(content, type=dict[str, str])["on"])
    ended = msgspec.structs.replace(child.plans[version - 1], ended_on=on)
    child.plans[version - 1] = ended
    return ended


def _play(record: Uploaded, started_at: datetime) -> Play:
    return Play(
        id=record.id,
        session_id=record.session_id,
        motion=record.motion,
        hand=record.hand,
        started_at=started_at,
        duration_ms=record.duration_ms,
        repetitions=record.repetitions,
        successes=record.successes,
        accuracy=None if record.accuracy is None else round(record.accuracy * 10_000),
        score=record.score,
    )
