"""L10, L09: whatever is sent to a running server, the answer is one the description names."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from dodam.features.children.models.children import EXAMPLE_CHILD_ID
from tests.families import play, sign_up
from tests.processes.conftest import Start

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
CONFIG = f"""
[parameters]
"path.child_id" = "{EXAMPLE_CHILD_ID}"
"""


async def test_L10_generated_calls_find_no_undocumented_answer(
    start: Start, data_dir: Path
) -> None:
    server = start(data_dir, DODAM_ACCESS_TOKEN_SECONDS="3600")
    server.wait_until_ready()
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        guardian = await sign_up(http)
        child = await guardian.register_child(id=EXAMPLE_CHILD_ID)
        await guardian.upload(
            child, [play(datetime.now(UTC) - timedelta(days=d)) for d in range(9)]
        )
    config = data_dir / "schemathesis.toml"
    config.write_text(CONFIG)
    done = await asyncio.to_thread(
        subprocess.run,
        [
            SCHEMATHESIS,
            f"--config-file={config}",
            "run",
            f"{server.url}/openapi.json",
            f"--header=Authorization: Bearer {guardian.tokens['access_token']}",
            "--phases=examples,coverage,fuzzing",
            "--max-examples=12",
            "--seed=7",
            "--no-color",
            "--exclude-operation-id=removeChild",
            "--exclude-operation-id=signOut",
            f"--checks={CHECKS}",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=data_dir,
    )
    assert done.returncode == 0, done.stdout[-30000:] + done.stderr
