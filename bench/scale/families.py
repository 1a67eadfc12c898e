"""Many families: one registers itself through the API, all others are copies of it.

So every row is as the product writes it, with columns that are added later too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import sqlalchemy as sa

from bench.requests import sign_up_form
from dodam.features.accounts.tables.consents import CONSENT
from dodam.features.accounts.tables.people import ACCOUNT
from dodam.features.children.tables import CHILD, CHILD_CONSENT
from dodam.features.therapy.tables import EVENING, PLAN

# In the order in which they refer to each other.
FAMILY_TABLES: Sequence[sa.Table] = (ACCOUNT, CONSENT, CHILD, CHILD_CONSENT, PLAN, EVENING)

TEN_YEARS = 3652
_HANDS = ("left", "right", "both")
# One child in two hundred has years of history, up to ten; the others began within these days.
_OF_YEARS = 0.005
_ORDINARY_DAYS = 110

_PLAYER = """
    create temp table player (
        number int primary key, model uuid, began timestamptz, chance float, child_id uuid,
        guardian_id uuid, streak int default 0
    )
"""
# The first child has played for the whole ten years, and hardly missed a day.
_PLAYERS = """
    insert into player (number, model, began, chance, child_id, guardian_id)
    select number, ($3::uuid[])[1 + number % cardinality($3)], began,
           case when number = 0 then 1.3 else 0.5 + random() / 2 end, child_id,
           first_value(guardian_id) over (partition by number / 2 order by number)
      from (select number, now() - age as began, uuidv7(-age) as child_id,
                   uuidv7(-age) as guardian_id
              from (select number,
                           case when number = 0 then $2::int
                                when number < $1 * $4::float then ceil(random() * $2)
                                else ceil(random() * $5::int)
                           end * interval '1 day' as age
                      from generate_series(0, $1::int - 1) as number
                    offset 0) as aged
            offset 0) as made
"""
_CHILDREN = "player"
_GUARDIANS = "(select distinct on (guardian_id) * from player order by guardian_id, number)"
_EMAIL = "'family' || player.number || '@dodam.example'"
_BEGAN = dict.fromkeys(("created_at", "updated_at", "at"), "player.began")
_GUARDIANS_OWN = {"id": "uuidv7()", "account_id": "player.guardian_id"}
_CHILDS_OWN = {"child_id": "player.child_id", "starts_on": "player.began::date"}
_CHANGES: Mapping[sa.Table, Mapping[str, str]] = {
    ACCOUNT: {"id": "player.guardian_id", "email": _EMAIL, "email_key": _EMAIL},
    CONSENT: _GUARDIANS_OWN,
    CHILD: {
        "id": "player.child_id",
        "guardian_id": "player.guardian_id",
        "name": "'Child ' || player.number",
        "therapy_starts_on": "player.began::date",
    },
    CHILD_CONSENT: _GUARDIANS_OWN | _CHILDS_OWN,
    PLAN: _CHILDS_OWN,
    EVENING: _CHILDS_OWN,
}


@dataclass(frozen=True)
class Models:
    """The family that registered itself: a child for each hand that may be affected."""

    guardian: UUID
    children: Sequence[UUID]


def register(port: int) -> Models:
    """A guardian with a child for each affected hand, as they register themselves."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/v1", timeout=30, trust_env=False) as http:
        signed_up = http.post("/auth/sign-up", json=sign_up_form(0)).raise_for_status().json()
        http.headers["authorization"] = f"Bearer {signed_up['access_token']}"
        http.put("/account/consents", json={"terms": 1, "privacy": 1}).raise_for_status()
        children: list[UUID] = []
        for hand in _HANDS:
            form = {
                "name": f"Child with {hand}",
                "birth_date": "2019-05-14",
                "affected_hand": hand,
                "consent": {
                    "given_by": "legal_guardian",
                    "documents": {"child_data": 1, "child_health": 1},
                },
            }
            child = http.post("/children", json=form).raise_for_status().json()
            children.append(UUID(child["id"]))
    return Models(UUID(signed_up["account"]["id"]), children)


async def settle(connection: "asyncpg.Connection[Any]", models: Models, children: int) -> None:
    """Make `children` of them, two to a guardian; who they are stays in `player` (temporary)."""
    await connection.execute("select setseed(0.5)")
    await connection.execute(_PLAYER)
    await connection.execute(
        _PLAYERS, children, TEN_YEARS, models.children, _OF_YEARS, _ORDINARY_DAYS
    )
    guardian = f"'{models.guardian}'"
    await _copy(connection, ACCOUNT, _GUARDIANS, f"template.id = {guardian}")
    await _copy(connection, CONSENT, _GUARDIANS, f"template.account_id = {guardian}")
    await _copy(connection, CHILD, _CHILDREN, "template.id = player.model")
    for table in (CHILD_CONSENT, PLAN, EVENING):
        await _copy(connection, table, _CHILDREN, "template.child_id = player.model")


async def _copy(
    connection: "asyncpg.Connection[Any]", table: sa.Table, players: str, of: str
) -> None:
    """Copy a model's rows for each of the players."""
    pairs = ", ".join(
        f"'{column}', {value}"
        for column, value in ({**_BEGAN, **_CHANGES[table]}).items()
        if column in table.columns
    )
    await connection.execute(
        f"insert into {table.fullname} select made.* from {players} as player"  # noqa: S608 - constants
        f" join {table.fullname} as template on {of},"
        f" jsonb_populate_record(template, jsonb_build_object({pairs})) as made"
    )
