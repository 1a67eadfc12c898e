"""The work on messages, done by hand, with a simulated SENS behind a line that can be bad."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr

from dodam.adapters.sens.access import SensAccess
from dodam.adapters.sens.alimtalk import SensAlimtalk
from dodam.bootstrap import Dodam, build
from dodam.features.accounts.service.contacts import Contacts
from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.models.quiet_hours import QuietHours
from dodam.features.messaging.ports import Alimtalk
from dodam.features.messaging.service.decisions import Decisions
from dodam.features.messaging.service.results import Results
from dodam.features.messaging.service.sending import Sending
from dodam.features.messaging.service.subscription_wording import SubscriptionWording
from dodam.features.messaging.service.templates import ALIMTALK_TEMPLATES, Templates
from dodam.features.messaging.service.wording import Wording
from dodam.platform.settings import Settings
from dodam_sim.families.chance import stream
from dodam_sim.serving import serving
from dodam_sim.world.faults import Faulty
from dodam_sim.world.sens.account import SensAccount, load_templates
from dodam_sim.world.sens.alimtalk import Talk
from dodam_sim.world.sens.service import Sens
from tests.clock import StoppedClock
from tests.conftest import CLOCK
from tests.families import Guardian, sign_up

DAY = date(2026, 3, 18)
_NUMBERS = count(50_001_100)
_PHONE = "insert into accounts.phone values ($1, $2, $3, $4)"
_RESULT = """
    insert into therapy.daily_result (
      child_id, therapy_day, summed_up_at, status, goal_reached, planned_motions, reached_motions,
      planned_repetitions, planned_minutes, plays, repetitions, successes, active_ms,
      accuracy_bp, accuracy_plays, score, current_streak, details
    ) values ($1, $2, $3, 'partial', false, 5, 3, 50, 0, 7, 1234, 1000, 725000, 0, 0, 0, 4, $4)
"""
DETAILS: dict[str, Any] = {
    "by_motion": [],
    "next_plan": {"day": "2026-03-20", "at": "17:00:00", "hand": "left", "motions": 5},
    "week": {
        "from_day": "2026-03-16",
        "to_day": "2026-03-18",
        "planned_days": 3,
        "kept_days": 2,
        "goal_days": 1,
        "adherence": 0.6667,
    },
}


def korean() -> str:
    """A mobile number of nobody else."""
    return f"+8210{next(_NUMBERS)}"


def at_home(number: str) -> str:
    return number.replace("+82", "0")


@dataclass
class Desk:
    system: Dodam
    http: httpx.AsyncClient
    sens: Sens
    line: Faulty
    access: SensAccess
    decisions: Decisions
    clock: StoppedClock

    async def guardian(self, number: str | None = None, **fields: Any) -> tuple[Guardian, str]:
        """A guardian with a verified number."""
        guardian, number = await sign_up(self.http, **fields), number or korean()
        await self.give_phone(guardian, number)
        return guardian, number

    async def give_phone(self, guardian: Guardian, number: str, country: str = "KR") -> None:
        async with self.system.database.transaction() as tx:
            now = self.clock.now()
            await tx.execute(_PHONE, UUID(guardian.account_id), number, country, now)

    async def welcome(self, guardian: Guardian) -> UUID:
        async with self.system.database.transaction() as tx:
            await self._messages.welcome(tx, UUID(guardian.account_id))
        return await self._newest(guardian)

    async def tell(
        self,
        guardian: Guardian,
        child: dict[str, Any],
        kind: MessageKind = MessageKind.THERAPY_GOAL_REACHED,
        day: date = DAY,
    ) -> UUID:
        """Make a message about a child's day, as the events do."""
        async with self.system.database.transaction() as tx:
            await self._messages.about_child(
                tx, kind, UUID(guardian.account_id), UUID(child["id"]), day
            )
        return await self._newest(guardian)

    async def result_of(
        self, child: dict[str, Any], day: date = DAY, details: dict[str, Any] | None = DETAILS
    ) -> None:
        """A day of the child was summed up."""
        async with self.system.database.transaction() as tx:
            await tx.execute(_RESULT, UUID(child["id"]), day, self.clock.now(), details)

    def alimtalk(self) -> Alimtalk:
        """That of another worker each time, with no memory of failures."""
        return SensAlimtalk(self.access, "@dodam", self.clock)

    def worker(self, alimtalk: Alimtalk | None = None) -> Sending:
        return Sending(
            self.system.database, self.clock, alimtalk or self.alimtalk(), self.decisions
        )

    async def send(self, *ids: UUID) -> list[Exception | None]:
        return await self.worker().send(ids)

    async def ask(self, message_id: UUID, alimtalk: Any = None) -> None:
        """Ask for the results of the message's order."""
        results = Results(self.system.database, self.clock, alimtalk or self.alimtalk())
        await results.ask((await self.row(message_id))["request_id"])

    async def row(self, message_id: UUID) -> dict[str, Any]:
        async with self.system.database.reading() as db:
            rows = await db.fetch("select * from messaging.message where id = $1", message_id)
        return dict(rows[0]) if rows else {}

    async def state(self, message_id: UUID) -> tuple[str, str | None]:
        row = await self.row(message_id)
        return row["state"], row["reason"]

    async def rows(self, guardian: Guardian) -> list[dict[str, Any]]:
        async with self.system.database.reading() as db:
            query = "select * from messaging.message where account_id = $1 order by id"
            return [dict(each) for each in await db.fetch(query, UUID(guardian.account_id))]

    async def chore(self, name: str) -> None:
        async with self.system.database.transaction() as tx:
            await self.system.chores[name](tx)

    async def tasks(self, kind: str, having: str) -> int:
        """How many tasks of a kind wait that name this."""
        query = "select count(*) from jobs.pgqueuer where entrypoint = $1 and payload like $2"
        async with self.system.database.reading() as db:
            return (await db.fetch(query, kind, f"%{having}%".encode()))[0][0]

    def talks(self, number: str) -> list[Talk]:
        """What came to a phone by KakaoTalk, or would have."""
        return [each for each in self.sens.talks if each.message.to == at_home(number)]

    def settle(self) -> None:
        """Long enough for an attempt to be over."""
        self.clock.advance(timedelta(minutes=1))

    async def _newest(self, guardian: Guardian) -> UUID:
        return (await self.rows(guardian))[-1]["id"]

    @property
    def _messages(self) -> Any:
        return service(self.system, "messages")


def service(system: Dodam, name: str) -> Any:
    """A service of the system, as its routes have it."""
    return system.services[name]


@asynccontextmanager
async def desk(settings: Settings, database_url: str) -> AsyncGenerator[Desk]:
    templates = resources.files("dodam.features.messaging").joinpath(ALIMTALK_TEMPLATES)
    account = SensAccount(templates=load_templates(Path(str(templates))))
    sens = Sens(CLOCK.now, account)
    line = Faulty(sens, stream(7, "sens"))
    async with serving(line) as url:
        update = {
            "ncp_sens_base_url": url,
            "ncp_sens_service_id": account.service_id,
            "ncp_sens_access_key": account.access_key,
            "ncp_sens_secret_key": SecretStr(account.secret_key),
            "ncp_sens_sender": min(account.senders),
            "ncp_sens_alimtalk_service_id": account.talk_service_id,
            "ncp_sens_alimtalk_channel_id": min(account.channels),
            "sms_timeout_seconds": 5,
        }
        system = build(settings.model_copy(update=update), database_url, CLOCK)
        transport = httpx.ASGITransport(app=system.app)  # pyright: ignore[reportArgumentType]
        async with (
            system.running(),
            httpx.AsyncClient(transport=transport, base_url="http://dodam") as http,
        ):
            await system.load_catalogue()
            yield _desk(system, http, sens, line, url)


def _desk(system: Dodam, http: httpx.AsyncClient, sens: Sens, line: Faulty, url: str) -> Desk:
    account = sens.account
    access = SensAccess(
        url, account.talk_service_id, account.access_key, account.secret_key, *account.senders
    )
    decisions = Decisions(
        CLOCK,
        Contacts(),
        service(system, "children"),
        service(system, "notifications"),
        Templates.load(),
        Wording(service(system, "results")),
        SubscriptionWording(service(system, "subscriptions")),
        QuietHours.read("21:00-08:00"),
    )
    return Desk(system, http, sens, line, access, decisions, CLOCK)


async def until(condition: Any) -> None:
    """Until what other tasks of this process do has come about."""
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - jobs are rows; nothing here is told
            await asyncio.sleep(0.02)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """An instant on the clocks of Korea."""
    return datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00+09:00")
