"""N02, L07: an unexpected error of a real process, on its way to Discord and into its log."""

import asyncio
import json
import re
import signal
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.processes.conftest import Reader, Start, execute, started

_BREAK = """
    alter table accounts.withdrawal rename to broken;
    alter table operations.late_lane rename to broken;
    insert into jobs.pgqueuer (priority, status, entrypoint, dedupe_key)
    values (0, 'queued', 'chore:watch-jobs', 'broken')
"""
_ROUTE = "New: UndefinedTableError in GET /v1/withdrawals/{receipt}"
_JOB = "New: UndefinedTableError in chore:watch-jobs"


def _lines(data_dir: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for file in (data_dir / "d" / "logs").glob("*/*.jsonl")
        for line in file.read_text().splitlines()
    ]


async def test_L07_an_error_of_a_request_and_one_of_a_job_are_told_of_once_and_found_in_the_log(
    start: Start, data_dir: Path, reader: Reader
) -> None:
    server = await started(start, data_dir, reader)
    await execute(data_dir, _BREAK)
    async with httpx.AsyncClient() as http:
        address = f"{server.url}/v1/withdrawals/{uuid4()}"
        failed = await asyncio.gather(*(http.get(address) for _ in range(50)))
    assert {answer.status_code for answer in failed} == {500}
    await reader.until(lambda: {_ROUTE, _JOB} <= set(reader.titles))
    assert (reader.titles.count(_ROUTE), reader.titles.count(_JOB)) == (1, 1)
    found = re.match(r"`([a-z2-7]{12})`, ", dict(reader.read)[_ROUTE])
    assert found is not None
    # The last lines are on disk when the process ends.
    assert await asyncio.to_thread(server.stop, signal.SIGTERM) == 0
    lines = [each for each in _lines(data_dir) if found[1] in json.dumps(each)]
    assert len(lines) == 50
    ids = {answer.headers["x-request-id"] for answer in failed}
    assert {each["request_id"] for each in lines} == ids
    assert {each["error"]["fingerprint"] for each in lines} == {found[1]}
