"""A system on a database of its own, for tests that change what everybody sees."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest

from dodam.bootstrap import Dodam, build
from dodam.migrations import migrate
from dodam.platform.settings import Settings
from tests.conftest import CLOCK
from tests.families import PASSWORD, Guardian
from tests.staff import Staff, staff


@dataclass
class House:
    """An instance on a database of its own, and an admin."""

    dodam: Dodam
    http: httpx.AsyncClient
    admin: Staff

    def document(self, kind: str, version: int, **fields: Any) -> dict[str, Any]:
        return {
            "kind": kind,
            "version": version,
            "title": {"ko": f"{kind} {version}", "en": f"{kind} {version}"},
            "text": {"ko": "새 내용", "en": "New words"},
            "effective_from": (CLOCK.now() + timedelta(hours=1)).isoformat(),
            **fields,
        }

    async def publish(self, kind: str, version: int, **fields: Any) -> httpx.Response:
        form = self.document(kind, version, **fields)
        return await self.admin.call("POST", "/staff/consent-documents", json=form)

    async def at(self, now: datetime, *guardians: Guardian) -> None:
        """Move on in time; guardians sign in anew, for access tokens live for minutes only."""
        CLOCK.set(now)
        for guardian in guardians:
            form = {"email": guardian.email, "password": PASSWORD}
            answer = await guardian.http.post("/v1/auth/sign-in", json=form)
            assert answer.status_code == 200, answer.text
            guardian.tokens = answer.json()


@dataclass
class Elsewhere:
    """Another instance on the house's database."""

    http: httpx.AsyncClient

    def same(self, guardian: Guardian) -> Guardian:
        """The guardian, signed in as here."""
        return Guardian(self.http, guardian.email, guardian.tokens)


@pytest.fixture(scope="session")
def template(database_url: str) -> str:
    """A migrated database that nobody is connected to."""

    async def make() -> str:
        name = await new_database(database_url, "template1")
        await migrate(named_database(database_url, name))
        return name

    return asyncio.run(make())


@pytest.fixture
async def house_url(database_url: str, template: str) -> AsyncIterator[str]:
    """A database of its own, which is dropped: hundreds of them would be gigabytes on the disk."""
    name = await new_database(database_url, template)
    yield named_database(database_url, name)
    await _execute(database_url, f"drop database {name} with (force)")


@pytest.fixture
async def house(house_url: str, settings: Settings) -> AsyncIterator[House]:
    async with _instance(settings, house_url) as (dodam, http):
        yield House(dodam, http, staff(http, settings, "admin"))


@pytest.fixture
async def elsewhere(house_url: str, settings: Settings) -> AsyncIterator[Elsewhere]:
    async with _instance(settings, house_url) as (_, http):
        yield Elsewhere(http)


@asynccontextmanager
async def _instance(
    settings: Settings, url: str
) -> AsyncGenerator[tuple[Dodam, httpx.AsyncClient]]:
    dodam = build(settings, url, CLOCK)
    transport = httpx.ASGITransport(app=dodam.app)  # pyright: ignore[reportArgumentType]
    async with (
        dodam.running(),
        httpx.AsyncClient(transport=transport, base_url="http://house") as http,
    ):
        await dodam.load_catalogue()
        yield dodam, http


async def new_database(server_url: str, template: str) -> str:
    name = f"house_{uuid4().hex}"
    await _execute(server_url, f"create database {name} template {template}")
    return name


async def _execute(server_url: str, sql: str) -> None:
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def named_database(url: str, database: str) -> str:
    """The URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def wanted(answer: httpx.Response) -> dict[str, int]:
    """What a refusal asks to be consented to."""
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_required"), answer.text
    return {each["kind"]: each["version"] for each in answer.json()["details"]["documents"]}
