"""What Prometheus reads of a process."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from dodam.bootstrap import Dodam, build
from dodam.platform.settings import Settings
from tests.conftest import CLOCK
from tests.processes.conftest import free_port

Series = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True)
class Scraped:
    """Every series and its value."""

    values: Mapping[Series, float]

    def value(self, metric: str, **labels: str) -> float:
        """That of a metric's series with these labels, and whatever others, together."""
        return sum(
            value
            for (name, given), value in self.values.items()
            if name == metric and set(labels.items()) <= given
        )

    def since(self, before: "Scraped") -> "Scraped":
        """By how much each has changed."""
        return Scraped(
            {each: value - before.values.get(each, 0) for each, value in self.values.items()}
        )

    def labels(self, metric: str, label: str) -> set[str]:
        return {dict(given)[label] for name, given in self.values if name == metric}


async def scrape(port: int) -> Scraped:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{port}/metrics")
    assert answer.status_code == 200, answer.text
    return Scraped(
        {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }
    )


@dataclass
class Measured:
    """A system that is measured."""

    system: Dodam
    http: httpx.AsyncClient
    port: int

    async def scraped(self) -> Scraped:
        return await scrape(self.port)

    async def until(self, so: Callable[[Scraped], bool]) -> Scraped:
        async with asyncio.timeout(30):
            while not so(found := await self.scraped()):  # noqa: ASYNC110 - it is looked at twice a second
                await asyncio.sleep(0.1)
        return found


@asynccontextmanager
async def measured(settings: Settings, database_url: str, **other: Any) -> AsyncGenerator[Measured]:
    port = free_port()
    chosen = settings.model_copy(update={"metrics_port": port, **other})
    system = build(chosen, database_url, CLOCK)
    transport = httpx.ASGITransport(app=system.app, raise_app_exceptions=False)  # pyright: ignore[reportArgumentType]
    async with (
        system.running(),
        httpx.AsyncClient(transport=transport, base_url="http://dodam") as http,
    ):
        yield Measured(system, http, port)
