"""L01: what a real process writes of the requests that it answers."""

import json
import signal
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.processes.conftest import Start


def _requests(log: Path, request_id: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return [each for each in lines if each.get("request_id") == request_id]


def test_L01_a_request_that_a_trusted_proxy_names_is_found_by_its_name(
    start: Start, data_dir: Path
) -> None:
    server = start(data_dir, DODAM_LOG_JSON="true")
    server.wait_until_ready()
    name = str(uuid4())
    given = {"X-Request-ID": name, "X-Forwarded-For": "203.0.113.7"}
    answer = httpx.get(f"{server.url}/v1/children", headers=given)
    assert answer.headers["x-request-id"] == name
    assert server.stop(signal.SIGTERM) == 0
    [line] = _requests(server.log, name)
    assert (line["kind"], line["route"], line["status"]) == ("request", "/v1/children", 401)
    assert "203.0.113.7" not in server.log.read_text()


def test_L01_where_no_proxy_is_trusted_nobody_names_a_request(start: Start, data_dir: Path) -> None:
    server = start(data_dir, DODAM_LOG_JSON="true", DODAM_TRUSTED_PROXIES="192.0.2.1")
    server.wait_until_ready()
    name = str(uuid4())
    answer = httpx.get(f"{server.url}/v1/children", headers={"X-Request-ID": name})
    assert answer.headers["x-request-id"] != name
    assert server.stop(signal.SIGTERM) == 0
    assert _requests(server.log, name) == []
    assert len(_requests(server.log, answer.headers["x-request-id"])) == 1
