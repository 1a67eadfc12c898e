"""L07: a real process is measured on a port of its own, and says in a sentence if it is taken."""

import asyncio
import os
import signal
import subprocess
from pathlib import Path

from dodam.platform.embedded import running_postgres
from tests.observing.scraping import scrape
from tests.processes.conftest import DODAM, Start, free_port

REQUESTS = "dodam_http_requests_total"


def test_L07_prometheus_reads_a_real_process(start: Start, data_dir: Path) -> None:
    port = free_port()
    server = start(data_dir, DODAM_METRICS_PORT=str(port))
    server.wait_until_ready()
    found = asyncio.run(scrape(port))
    assert found.value(REQUESTS, route="/health/ready", status="200") >= 1
    assert found.value("process_resident_memory_bytes") > 0
    other = subprocess.run(  # noqa: S603 - our own program
        [DODAM, "worker"],
        capture_output=True,
        check=False,
        env={
            **os.environ,
            "DODAM_DATABASE_URL": str(running_postgres(data_dir / "d")),
            "DODAM_DATA_DIR": str(data_dir / "other"),
            "DODAM_METRICS_PORT": str(port),
        },
        text=True,
        timeout=60,
    )
    said = " ".join(other.stderr.split())
    assert other.returncode == 2, said
    assert f"Port {port} on 127.0.0.1 is not free for metrics" in said
    assert "Traceback" not in said
    assert server.stop(signal.SIGTERM) == 0
