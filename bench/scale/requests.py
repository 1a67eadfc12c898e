"""Requests of families, as bytes: what they look at, and what they upload."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, cycle, repeat
from pathlib import Path

import asyncpg
import msgspec

from bench.requests import Child, play, request
from dodam.features.accounts.models.permissions import Role
from dodam.platform.clock import SystemClock
from dodam.platform.ids import new_id
from dodam.platform.tokens import AccessTokens, CallerKind, SigningKeys

READ = {
    "today": "today",
    "calendar": "calendar",
    "report": "report",
    "attendance": "attendance",
    "daily logs": "daily-logs",
    "outcomes": "outcomes",
}
_TOKEN_SECONDS = 24 * 3600
_RECORDS_A_SESSION = 20
_UPLOADS_A_SESSION = 5
_ORDINARY = """
    select id, guardian_id from children.child
     where therapy_starts_on between current_date - 120 and current_date - 56
     order by hashtextextended(id::text, 0) limit $1
"""
_LONGEST = "select id, guardian_id from children.child order by therapy_starts_on limit 1"
# Stands for the id of a record.
_ID = "@" * 36


@dataclass(frozen=True)
class Asking:
    """Who of a database's families ask.

    Children picked by chance, always the same ones, who have played for eight weeks, not for years;
    and the one who has played for ten years.
    """

    ordinary: Sequence[Child]
    longest: Sequence[Child]
    motions: Sequence[str]


async def asking(url: str, folder: Path, many: int) -> Asking:
    """Families of the database at `url` with tokens that are signed with the keys in `folder`."""
    connection = await asyncpg.connect(url)
    ordinary, longest = await connection.fetch(_ORDINARY, many), await connection.fetch(_LONGEST)
    motions = await connection.fetch("select id as motion from content.motion order by id limit 5")
    await connection.close()
    tokens = _tokens(folder)

    def signed_in(rows: Sequence[asyncpg.Record]) -> list[Child]:
        return [Child(str(row["id"]), tokens.issue(row["guardian_id"], new_id())) for row in rows]

    return Asking(signed_in(ordinary), signed_in(longest), [row["motion"] for row in motions])


def figures(folder: Path) -> Iterator[bytes]:
    """The last month across all children, which a viewer of the staff asks for."""
    token = _tokens(folder).issue(new_id(), new_id(), CallerKind.STAFF, [Role.VIEWER])
    return repeat(request("GET", "/v1/staff/figures", token=token))


def _tokens(folder: Path) -> AccessTokens:
    keys = SigningKeys.load(folder / "keys")
    return AccessTokens(keys, SystemClock(), seconds=_TOKEN_SECONDS, permissions={})


def reading(what: str, children: Sequence[Child]) -> list[bytes]:
    """One request for each child."""
    return [
        request("GET", f"/v1/children/{child.id}/{READ[what]}", token=child.access_token)
        for child in children
    ]


def uploading(
    children: Sequence[Child], motions: Sequence[str], size: int, days: int
) -> Iterator[bytes]:
    """New plays, `size` in each upload, spread over the last `days`; child by child."""
    lately = datetime.now(UTC) - timedelta(minutes=10)
    body = msgspec.json.encode(
        [
            play(0, lately - timedelta(days=n * days // size), motion)
            | {"id": _ID, "session_id": _session(n // _RECORDS_A_SESSION)}
            for n, motion in zip(range(size), cycle(motions))
        ]
    )
    sessions = (size - 1) // _RECORDS_A_SESSION + 1
    given: list[bytes] = []
    for number, child in enumerate(cycle(children)):
        if size > 1 or number % (len(children) * _UPLOADS_A_SESSION) == 0:
            given = [str(new_id()).encode() for _ in range(sessions)]
        filled = body
        for n, session in enumerate(given):
            filled = filled.replace(_session(n).encode(), session)
        parts = filled.split(_ID.encode())
        ids = [*(str(new_id()).encode() for _ in range(size)), b""]
        filled = b"".join(chain.from_iterable(zip(parts, ids, strict=True)))
        path = f"/v1/children/{child.id}/play-records"
        yield request("POST", path, filled, child.access_token)


def _session(number: int) -> str:
    return f"{number:#>36}"
