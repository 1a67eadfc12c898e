"""N02, N06: what a real process tells reaches Discord, however the process ends."""

import asyncio
import signal
from collections import Counter
from pathlib import Path

from dodam_sim.world.discord import Webhook
from tests.processes.conftest import Reader, Start, execute, started

_STORM = """
    with told as (
        insert into operations.notice (id, at, level, title, text)
        select lpad(to_hex(n), 32, '0')::uuid, now(), 'info', 'storm ' || n, ''
        from generate_series(1, 150) n
        returning id
    )
    insert into jobs.pgqueuer (priority, status, entrypoint, payload)
    select 0, 'queued', 'operations.send_notice.v1', convert_to(json_build_object(
        'type', 'operations.send_notice.v1', 'notice_id', id)::text, 'UTF8')
    from told order by id
"""
_MISSED_HEARTBEAT = """
    update jobs.pgqueuer set heartbeat = now() - interval '1 minute' where status = 'picked'
"""


async def test_N02_what_is_told_at_the_end_is_sent_at_the_next_start(
    start: Start, data_dir: Path, reader: Reader
) -> None:
    server = await started(start, data_dir, reader)
    await reader.until(lambda: reader.titles == ["Server started"])
    assert await asyncio.to_thread(server.stop, signal.SIGTERM) == 0
    told_before = reader.titles
    server = await started(start, data_dir, reader)
    await reader.until(lambda: reader.titles.count("Server started") == 2)
    whole = [*dict.fromkeys(reader.titles)]
    assert whole == ["Server started", "Server is stopping", "Server stopped"], told_before
    assert Webhook().token not in server.log.read_text()


async def test_N02_a_kill_in_a_storm_loses_nothing_and_doubles_one_message_at_most(
    start: Start, data_dir: Path, reader: Reader
) -> None:
    server = await started(start, data_dir, reader)
    await execute(data_dir, _STORM)
    await reader.until(lambda: "storm 40" in reader.titles)
    await asyncio.to_thread(server.stop, signal.SIGKILL)
    assert "storm 150" not in reader.titles
    await started(start, data_dir, reader)
    await execute(data_dir, _MISSED_HEARTBEAT)
    storm = {f"storm {number}" for number in range(1, 151)}
    await reader.until(lambda: storm <= set(reader.titles))
    counts = Counter(title for title in reader.titles if title in storm)
    assert sum(counts.values()) <= 150 + 10
    assert max(counts.values()) <= 2
