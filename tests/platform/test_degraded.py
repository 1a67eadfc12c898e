"""L06: what a process does without is named when it is away, and keeps it from nothing."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
from pydantic import SecretStr

from dodam.bootstrap import build
from dodam.bootstrap.health import may_be_away
from dodam.bootstrap.outside import objects
from dodam.platform.clock import SystemClock
from dodam.platform.logging.log import Log, LogFigures
from dodam.platform.logging.segments import Destination
from dodam.platform.logging.shipping import LogShipping
from dodam.platform.rate_limit import RateLimits
from dodam.platform.settings import Settings
from tests.families import sign_up

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)


class FullDisk(Log):
    def figures(self) -> LogFigures:
        return LogFigures(failing_since=NOW)


async def _named(log: Log, shipping: LogShipping, settings: Settings) -> set[str]:
    asked = may_be_away(RateLimits(), objects(settings), log, shipping)
    return {name for name, is_away in asked.items() if await is_away()}


async def test_L06_what_keeps_lines_of_the_log_from_where_they_are_to_get_is_named(
    settings: Settings,
) -> None:
    shipping = LogShipping(Log(), [], SystemClock())
    assert await _named(Log(), shipping, settings) == set()
    assert await _named(FullDisk(), shipping, settings) == {"log_disk"}
    shipping.away = {Destination.DATABASE: NOW, Destination.BUCKET: NOW}
    assert await _named(Log(), shipping, settings) == {"log_database", "log_bucket"}


async def test_L06_storage_and_valkey_that_are_away_keep_nobody_from_signing_in(
    settings: Settings, database_url: str, tmp_path: Path
) -> None:
    """Nobody listens at port 1."""
    away = settings.model_copy(
        update={
            "data_dir": tmp_path,
            "s3_bucket": "media",
            "s3_region": "ap-northeast-2",
            "s3_endpoint": "http://127.0.0.1:1",
            "s3_access_key": "nobody",
            "s3_secret_key": SecretStr("nothing"),
            "valkey_url": SecretStr("redis://127.0.0.1:1"),
        }
    )
    dodam = build(away, database_url)
    transport = httpx.ASGITransport(app=dodam.app)  # pyright: ignore[reportArgumentType]
    async with (
        dodam.running(),
        httpx.AsyncClient(transport=transport, base_url="http://dodam") as http,
    ):
        await dodam.load_catalogue()
        ready = await http.get("/health/ready")
        assert ready.status_code == 200
        assert ready.json()["status"] == "degraded"
        assert {"valkey", "media"} <= set(ready.json()["degraded"])
        guardian = await sign_up(http)
        assert await guardian.get("/children") == []
