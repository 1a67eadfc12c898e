"""L03, A13: what the database has of a person's requests names ids, and nothing a person wrote."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg
from structlog.testing import capture_logs

from dodam.bootstrap import build
from dodam.platform.logging.database.shipping import DatabaseShipping
from dodam.platform.logging.lines import RequestLine
from dodam.platform.logging.running import running_pipeline
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import play, sign_up
from tests.logging.stored import MONTHS, found
from tests.logging.watched import caller

_MARK = "zyxwmark"


async def _rows(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        shown = [
            row["shown"]
            for table in ("request_log", "event_log", "log_place")
            for row in await connection.fetch(f"select t::text as shown from ops.{table} t")  # noqa: S608 - our own tables
        ]
    finally:
        await connection.close()
    return "\n".join(shown)


async def test_A13_of_what_a_family_wrote_nothing_is_in_the_log_but_ids(
    settings: Settings, log_url: str, tmp_path: Path, clock: StoppedClock
) -> None:
    own = settings.model_copy(update={"data_dir": tmp_path})
    with running_pipeline(own, "api", clock) as log, capture_logs():
        system = build(own, log_url, clock, log)
        async with system.running(), caller(system.app) as http:
            await system.load_catalogue()
            guardian = await sign_up(http, name=_MARK, device=_MARK)
            child = await guardian.register_child(name=_MARK)
            at = datetime(2026, 3, 17, 8, tzinfo=NOON.tzinfo)
            await guardian.upload(child, [play(at, device=_MARK, payload={_MARK: _MARK})])
            path = f"/children/{child['id']}/exceptional-days/2026-03-16"
            form = {"reason": "illness", "note": _MARK}
            noted = await guardian.call("PUT", path, json=form, headers={"user-agent": _MARK})
            assert noted.is_success, noted.text
            wrong = await guardian.call("GET", f"/children/{_MARK}?name={_MARK}")
            assert wrong.status_code in {400, 404}, wrong.text
        await log.roll()
        assert log.spool is not None
        shipping = DatabaseShipping(log_url, clock, months=MONTHS)
        await shipping.deliver(log.spool)
        shipping.close()
    account = UUID(guardian.tokens["account"]["id"])
    lines = await found(log_url, account_id=account)
    assert {line.route for line in lines if isinstance(line, RequestLine)} >= {
        "/v1/children/{child_id}/exceptional-days/{day}"
    }
    assert [line for line in lines if line.child_id == UUID(child["id"])]
    rows = await _rows(log_url)
    assert str(account) in rows
    for secret in (_MARK, guardian.email, guardian.tokens["refresh_token"]):
        assert secret not in rows
