"""L04, X02: `dodam up` starts, stops, survives being killed, and says what is wrong."""

import asyncio
import signal
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.families import Guardian, play, sign_up
from tests.processes.conftest import Server, Start


async def _family(http: httpx.AsyncClient) -> tuple[Guardian, dict[str, Any]]:
    guardian = await sign_up(http)
    return guardian, await guardian.register_child()


def _plays(count: int) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    return [play(now - timedelta(minutes=3 * each)) for each in range(count)]


async def _upload_until_it_stops(
    guardian: Guardian, child: dict[str, Any], plays: list[dict[str, Any]]
) -> list[str]:
    """Upload one by one from several hands at once; the ids that were acknowledged."""
    acknowledged: list[str] = []
    waiting = list(plays)

    async def hand() -> None:
        while waiting:
            record = waiting.pop()
            try:
                receipt = await guardian.upload(child, record)
            except httpx.TransportError:
                return
            assert receipt["created"] == 1
            acknowledged.append(record["id"])

    await asyncio.gather(*(hand() for _ in range(8)))
    return acknowledged


async def _total(guardian: Guardian, child: dict[str, Any]) -> int:
    logs = await guardian.get(f"/children/{child['id']}/daily-logs")
    return sum(day["totals"]["plays"] for day in logs["days"])


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_L04_nothing_acknowledged_is_lost_however_it_stops(
    start: Start, data_dir: Path, how: signal.Signals
) -> None:
    server = start(data_dir)
    server.wait_until_ready()
    plays = _plays(3_000)
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        guardian, child = await _family(http)
        uploading = asyncio.create_task(_upload_until_it_stops(guardian, child, plays))
        await asyncio.sleep(0.4)
        status = await asyncio.to_thread(server.stop, how)
        acknowledged = await uploading
    assert 0 < len(acknowledged) < len(plays)
    if how is not signal.SIGKILL:
        assert status == 0
        assert "dodam has stopped" in server.log.read_text()
        assert not (data_dir / "d" / "postgres" / "postmaster.pid").exists()

    again = start(data_dir)
    again.wait_until_ready()
    async with httpx.AsyncClient(base_url=again.url, timeout=30) as http:
        guardian.http = http
        kept = await _total(guardian, child)
        assert kept >= len(acknowledged)
        receipts = [
            await guardian.upload(child, plays[each : each + 500])
            for each in range(0, len(plays), 500)
        ]
        fates = {fate["id"]: fate["fate"] for each in receipts for fate in each["records"]}
        assert {fates[each] for each in acknowledged} == {"duplicate"}
        assert sum(each["duplicates"] for each in receipts) == kept
        assert await _total(guardian, child) == len(plays)


def _said(server: Server) -> str:
    assert server.process.wait(60) == 2
    said = server.log.read_text()
    assert "Traceback" not in said
    return said


def test_X02_what_its_user_can_mend_is_one_sentence(start: Start, data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} on 127.0.0.1 is not free" in _said(start(data_dir, port=port))
    assert "DODAM_DAY_START_HOUR" in _said(start(data_dir, DODAM_DAY_START_HOUR="25"))
    half = _said(start(data_dir, DODAM_PLAY_PACKAGE_NAME="app.dodam"))
    assert half.startswith("Set all of DODAM_PLAY_PACKAGE_NAME")
    broken = data_dir / "d" / "postgres"
    broken.mkdir(parents=True)
    (broken / "letter.txt").write_text("not a database")
    assert "is not a PostgreSQL data directory" in _said(start(data_dir))


def test_X02_files_that_are_not_what_a_store_needs_are_one_sentence(
    start: Start, data_dir: Path
) -> None:
    letter = data_dir / "letter.txt"
    letter.write_text("no key, no certificate")
    google = {"PACKAGE_NAME": "app.dodam", "SERVICE_ACCOUNT_FILE": str(letter)}
    said = _said(start(data_dir, **{f"DODAM_PLAY_{name}": value for name, value in google.items()}))
    assert "DODAM_PLAY_SERVICE_ACCOUNT_FILE does not name" in said
    apple = {
        "BUNDLE_ID": "app.dodam",
        "APP_ID": "1",
        "ISSUER_ID": "1",
        "KEY_ID": "1",
        "PRIVATE_KEY_FILE": str(data_dir / "missing.p8"),
        "ROOT_CERTIFICATES": f'["{letter}"]',
    }

    def apple_with(**other: str) -> str:
        settings = {f"DODAM_APP_STORE_{name}": value for name, value in (apple | other).items()}
        return _said(start(data_dir, **settings))

    assert "DODAM_APP_STORE_ROOT_CERTIFICATES does not name" in apple_with()
    assert "app_store_root_certificates" in apple_with(ROOT_CERTIFICATES=str(letter))


def test_X02_two_do_not_run_on_one_data_directory(start: Start, data_dir: Path) -> None:
    first = start(data_dir)
    first.wait_until_ready()
    assert "Another dodam is running" in _said(start(data_dir))
    assert httpx.get(f"{first.url}/health/ready").status_code == 200
