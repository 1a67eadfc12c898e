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
from dodam_sim.families.ledger import Ledger, Sums, sums, sums_by_motion
from dodam_sim.families.plays import Play
from dodam_sim.families.tablet import CLOCK_TOLERANCE
from dodam_sim.families.therapy_day import TherapyDays, days_between

from .examples import CATALOGUE, DOCUMENTS, plan_from

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


class Consent(msgspec.Struct):
    given_by: str
    documents: dict[str, int]


class Application(msgspec.Struct):
    """What a registration says beside the child."""

    consent: Consent


@dataclass
class FakeChild:
    child: answers.RegisteredChild
    ledger: Ledger
    stored: dict[object, Raw] = field(default_factory=dict[object, Raw])
    excused: set[date] = field(default_factory=set[date])
    plans: list[answers.Plan] = field(default_factory=list[answers.Plan])


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
            case "POST", ["children", child_id, "play-records"]:
                answer = self._upload(self.children[child_id], request.content)
            case _, [*_, "consent-documents" | "consents" | "consent" as what]:
                answer = self._consent(what, request.content)
            case "PUT", ["children", child_id, "exceptional-days", day]:
                self.children[child_id].excused.add(date.fromisoformat(day))
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
        consent = msgspec.json.decode(content, type=Application).consent
        if {**self.consents, **consent.documents} != {
            each.kind: each.version for each in DOCUMENTS
        }:
            return httpx.Response(403, json={"code": "consent_required"})
        child = msgspec.json.decode(content, type=answers.RegisteredChild)
        days = TherapyDays(ZoneInfo(child.time_zone), child.day_start_hour)
        known = self.children.setdefault(str(child.id), FakeChild(child, Ledger(days)))
        known.plans = [plan_from(known.child.therapy_starts_on)]
        return known.child

    def _upload(self, child: FakeChild, content: bytes) -> answers.UploadReceipt:
        as_list = content if content.startswith(b"[") else b"[" + content + b"]"
        records = msgspec.json.decode(as_list, type=list[Raw])
        fates = [self._fate(child, n, record) for n, record in enumerate(records)]
        kinds = [fate.fate for fate in fates]
        return answers.UploadReceipt(
            kinds.count("created"), kinds.count("duplicate"), kinds.count("rejected"), fates
        )

    def _fate(self, child: FakeChild, index: int, raw: Raw) -> answers.RecordFate:
        def refused(code: str, wrong: str | None) -> answers.RecordFate:
            return answers.RecordFate(index, "rejected", reason=answers.Reason(code, wrong))

        try:
            record = msgspec.convert(raw, Uploaded)
        except msgspec.ValidationError as error:
            text = str(error)
            wrong = text.rsplit("$.", 1)[-1].rstrip("`") if "$." in text else text.split("`")[1]
            return refused("invalid", wrong)
        if len(msgspec.json.encode(record.payload)) > 16 * 1024:
            return refused("invalid", "payload")
        if record.successes > record.repetitions:
            return refused("invalid", "successes")
        if record.motion not in {motion.id for motion in CATALOGUE}:
            return refused("unknown_motion", "motion")
        content = {name: value for name, value in raw.items() if name != "sent_at"}
        if child.stored.setdefault(raw["id"], content) != content:
            return refused("id_reused", "id")
        skew = self.now() - (record.sent_at or self.now())
        corrected = abs(skew) > CLOCK_TOLERANCE
        play = _play(record, record.started_at + (skew if corrected else timedelta()))
        return answers.RecordFate(
            index,
            "created" if child.ledger.write(play) else "duplicate",
            child.ledger.days.day_of(play.started_at),
            notice=answers.Reason("clock_corrected") if corrected else None,
        )

    def _answer(self, child: FakeChild, what: str, query: dict[str, str]) -> object:
        today = child.ledger.days.day_of(self.now())
        history = History(
            child.plans,
            child.ledger,
            child.excused,
            {motion.id for motion in CATALOGUE if motion.bimanual},
            child.child.therapy_starts_on,
            today,
        )
        first = date.fromisoformat(query.get("from", str(today - timedelta(days=89))))
        last = date.fromisoformat(query.get("to", str(today)))
        match what:
            case "plans":
                return child.plans
            case "daily-logs":
                assert (last - first).days < 366
                return answers.DailyLogs(_logs(child.ledger, first, last))
            case "attendance":
                return _attendance(history, first, last)
            case "calendar":
                return _calendar(history, query["month"])
            case _:
                return _report(history)


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


def _totals(total: Sums) -> answers.Totals:
    return answers.Totals(
        total.plays,
        total.repetitions,
        total.successes,
        total.milliseconds / 1000,
        round(total.successes / total.repetitions, 4) if total.repetitions else None,
        round(total.accuracy / total.accuracies / 10_000, 4) if total.accuracies else None,
        total.score,
    )


def _motions(plays: Iterable[Play]) -> list[answers.MotionTotals]:
    return [
        answers.MotionTotals(motion, hand, _totals(part))
        for (motion, hand), part in sums_by_motion(plays).items()
    ]


def _logs(ledger: Ledger, first: date, last: date) -> list[answers.DailyLog]:
    sessions = ledger.sessions()
    logs: list[answers.DailyLog] = []
    for day in ledger.played_days:
        if first <= day <= last:
            plays = ledger.on(day)
            first_start = min(play.started_at for play in plays)
            last_end = max(play.ended_at for play in plays)
            results = [
                answers.SessionResult(key, day, entry.started_at, entry.ended_at, total)
                for key, entry in sessions.get(day, {}).items()
                for total in [_totals(entry.sums)]
            ]
            total = _totals(sums(plays))
            log = answers.DailyLog(day, first_start, last_end, total, _motions(plays), results)
            logs.append(log)
    return logs


def _attendance(history: History, first: date, last: date) -> answers.Attendance:
    days = days_between(first, last)
    attended = [day for day in days if history.played(day)]
    planned = history.planned_days(days)
    planned_played = sum(history.played(day) for day in planned)
    current, longest = history.streaks()
    return answers.Attendance(
        planned_days=len(planned),
        attended_days=len(attended),
        attended_planned_days=planned_played,
        goal_days=history.goal_days(days),
        attendance_rate=round(planned_played / len(planned), 4) if planned else None,
        total_attended_days=len(history.ledger.played_days),
        current_streak=current,
        longest_streak=longest,
        attended=attended,
    )


def _calendar(history: History, month: str) -> answers.Calendar:
    first = date.fromisoformat(f"{month}-01")
    days = [
        day for day in days_between(first, first + timedelta(days=30)) if day.month == first.month
    ]
    return answers.Calendar(
        history.today,
        [
            answers.CalendarDay(
                day,
                history.status(day),
                *history.targets(day),
                _totals(sums(history.ledger.on(day))),
            )
            for day in days
        ],
    )


def _report(history: History) -> answers.Report:
    today = history.today
    monday = today - timedelta(days=today.weekday())
    month = [answer.day for answer in _calendar(history, f"{today:%Y-%m}").days]
    mondays = [monday - timedelta(weeks=n) for n in reversed(range(8))]
    return answers.Report(
        today,
        _period(history, today, today),
        _period(history, monday, monday + timedelta(days=6)),
        _period(history, month[0], month[-1]),
        _motions(history.ledger.between(month[0], month[-1])),
        [_period(history, start, start + timedelta(days=6)) for start in mondays],
    )


def _period(history: History, first: date, last: date) -> answers.Period:
    last = min(last, history.today)
    days = days_between(first, last)
    return answers.Period(
        first,
        last,
        len(history.planned_days(days)),
        sum(history.played(day) for day in days),
        history.goal_days(days),
        _totals(sums(history.ledger.between(first, last))),
    )
