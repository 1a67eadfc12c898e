"""Steps that tests of sharing take: outside systems, what they receive, and the work in between."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec

from dodam.bootstrap import Dodam
from dodam.features.sharing.service.deliveries import Deliveries
from dodam.platform.jobs.kinds import Kinds
from dodam_sim.world.faults import Faulty
from dodam_sim.world.hospital import Hospital
from tests.conftest import CLOCK
from tests.families import Guardian, play
from tests.house import House
from tests.therapy.steps import rows, seoul

RESULTS, LOGS, SESSIONS = "daily_results:read", "daily_logs:read", "therapy_results:read"
MORNING = seoul("2026-03-19", "09:00")
EVENING = seoul("2026-03-19", "20:00")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
_TAKE = "delete from jobs.pgqueuer where entrypoint ~ $1 returning entrypoint, payload"
_OURS = r"^(deliver:)?sharing\.|^therapy\.sum_up"


@dataclass
class System:
    """An outside system, as its API key lets it act."""

    http: httpx.AsyncClient
    id: str
    name: str
    secret: str

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.secret}"}
        return await self.http.request(method, f"/v1{path}", headers=headers, **options)

    async def get(self, path: str, **options: Any) -> Any:
        answer = await self.call("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def endpoint(self, url: str) -> dict[str, Any]:
        answer = await self.call("POST", "/webhook-endpoints", json={"url": url})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def read(self, after: int = 0, **options: Any) -> dict[str, Any]:
        params = {"after": after, **options}
        return await self.get("/shared/daily-results", params=params)

    async def log_page(self, after: int = 0, **options: Any) -> dict[str, Any]:
        return await self.get("/shared/daily-logs", params={"after": after, **options})

    async def logs(self, after: int = 0) -> list[dict[str, Any]]:
        return (await self.log_page(after))["logs"]

    async def sessions(self, after: int = 0) -> list[dict[str, Any]]:
        return (await self.get("/shared/therapy-results", params={"after": after}))["results"]

    async def days(self) -> list[tuple[str, str]]:
        """Every number and day that can be read."""
        page = await self.read(limit=500)
        return [(each["child"], each["result"]["day"]) for each in page["results"]]


@dataclass
class Receiver:
    """A hospital behind a line that can be bad, at an endpoint of its own."""

    hospital: Hospital
    line: Faulty
    url: str
    endpoint: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def path(self) -> str:
        return f"/webhook-endpoints/{self.endpoint['id']}"

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(each.body) for each in self.hospital.received]

    @property
    def days(self) -> list[str]:
        return [each["data"]["result"]["day"] for each in self.messages]


@dataclass
class Town:
    """A house with a worker's work done step by step."""

    house: House
    failures: list[Exception] = field(default_factory=list[Exception])

    @property
    def dodam(self) -> Dodam:
        return self.house.dodam

    async def system(self, name: str = "하늘병원", **fields: Any) -> System:
        form = {"name": name, "scopes": [RESULTS], **fields}
        answer = await self.house.admin.call("POST", "/staff/api-keys", json=form)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        return System(self.house.http, made["key"]["id"], name, made["secret"])

    async def chore(self, name: str) -> None:
        async with self.dodam.database.transaction() as tx:
            await self.dodam.chores[name](tx)

    async def work(self, which: str = _OURS) -> list[str]:
        """Do what there is to do of results and sharing; what kinds of work it was."""
        kinds: Kinds = vars(self.dodam.jobs)["_kinds"]
        done = list[str]()
        while True:
            async with self.dodam.database.transaction() as tx:
                jobs = await tx.fetch(_TAKE, which)
            if not jobs:
                return done
            for job in jobs:
                try:
                    await kinds[job["entrypoint"]].perform([job["payload"]])
                except Exception as error:  # noqa: BLE001 - a test looks at it
                    self.failures.append(error)
                done.append(job["entrypoint"])

    async def evening(self, now: datetime = EVENING) -> None:
        """Move on in time; results are made, and shared."""
        CLOCK.set(now)
        await self.chore("begin-evenings")
        await self.work()

    async def pass_by(self, by: timedelta) -> None:
        """Move on in time, and do what is due then."""
        CLOCK.advance(by)
        await self.chore("begin-deliveries")
        await self.work()

    async def sweep(self, by: timedelta = timedelta(minutes=5)) -> None:
        """Move on in time; what changed is found, and told of."""
        CLOCK.advance(by)
        await self.chore("share-changes")
        await self.work()

    async def deliveries(self, receiver: Receiver) -> list[dict[str, Any]]:
        query = "select * from sharing.delivery where endpoint_id = $1 order by id"
        return await rows(self.dodam, query, UUID(receiver.endpoint["id"]))

    async def states(self, receiver: Receiver) -> list[str]:
        return [each["state"] for each in await self.deliveries(receiver)]


async def family(
    town: Town, guardian: Guardian, *systems: System, count: int = 1
) -> list[dict[str, Any]]:
    """Children registered in the morning, whose results these systems may have."""
    await town.house.at(MORNING, guardian)
    children = [await guardian.register_child() for _ in range(count)]
    for child in children:
        for system in systems:
            await share(guardian, child, system)
        await guardian.upload(child, play(MORNING))
    return children


async def shared_child(
    town: Town, guardian: Guardian, *systems: System, scopes: tuple[str, ...] = (LOGS, SESSIONS)
) -> dict[str, Any]:
    """A child registered in the morning, of whom these systems may have so much."""
    await town.house.at(MORNING, guardian)
    child = await guardian.register_child()
    for system in systems:
        await share(guardian, child, system, *scopes)
    return child


async def share(
    guardian: Guardian, child: dict[str, Any], system: System, *scopes: str
) -> dict[str, Any]:
    """Let the system have these, or the results of days."""
    wanted = scopes or (RESULTS,)
    version = 1 if wanted == (RESULTS,) else 2
    answer = await grant(guardian, child, system, version, *wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def grant(
    guardian: Guardian, child: dict[str, Any], system: System, version: int, *scopes: str
) -> httpx.Response:
    path = f"/children/{child['id']}/sharing/{system.id}"
    form = {"consent_version": version, "scopes": scopes}
    return await guardian.call("PUT", path, json=form)


async def stop(guardian: Guardian, child: dict[str, Any], system: System) -> None:
    answer = await guardian.call("DELETE", f"/children/{child['id']}/sharing/{system.id}")
    assert answer.status_code == 204, answer.text


async def sharing(guardian: Guardian, child: dict[str, Any]) -> dict[str, Any]:
    return await guardian.get(f"/children/{child['id']}/sharing")


async def numbers(guardian: Guardian, child: dict[str, Any]) -> dict[str, str]:
    """By system, the number it knows the child by."""
    shown = await sharing(guardian, child)
    return {each["id"]: each["grant"]["id"] for each in shown["systems"] if each["grant"]}


def plays(log: dict[str, Any]) -> tuple[str, int]:
    """A day that was read, and how many plays it has."""
    return log["day"], log["log"]["totals"]["plays"]


def deliveries_of(dodam: Dodam) -> Deliveries:
    service = dodam.services["deliveries"]
    assert isinstance(service, Deliveries)
    return service
