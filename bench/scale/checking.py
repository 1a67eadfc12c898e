"""Whether the sums say what the plays say."""

# ruff: noqa: S608 - the statements are put together of constants

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from bench.scale.sums import SPAN, SUMMED
from dodam.features.therapy.models.results import Sums

_SUMS = ", ".join(Sums.__struct_fields__)
# Of each table: what makes a row, and what follows from plays beside the sums.
_TABLES = (
    ("daily_activity_log", "child_id, therapy_day", ", first_play_at, last_play_at", f", {SPAN}"),
    ("daily_motion_log", "child_id, therapy_day, motion, hand", "", ""),
    (
        "therapy_result",
        "child_id, session_id",
        ", therapy_day, started_at, ended_at",
        f", min(therapy_day), {SPAN}",
    ),
)
_DIFFER = """
    with kept as (select {keys}{columns}, {sums} from therapy.{table} where child_id = any($1)),
    right_ones as (
        select {keys}{values}, {summed} from therapy.play_record where child_id = any($1)
         group by {keys}
    )
    select count(*) from ((table kept except all table right_ones)
                          union all (table right_ones except all table kept)) as wrong
"""
# A day's result has what had come by then; a day without plays has nothing.
_RESULTS_DIFFER = f"""
    with right_ones as (
        select child_id, therapy_day, {SUMMED}
          from (select play.* from therapy.play_record as play
                  join therapy.daily_result as day using (child_id, therapy_day)
                 where child_id = any($1) and received_at <= summed_up_at) as in_time
         group by child_id, therapy_day
    ),
    kept as (
        select child_id, therapy_day, {_SUMS} from therapy.daily_result
         where child_id = any($1) and plays > 0
    )
    select count(*) from ((table kept except all table right_ones)
                          union all (table right_ones except all table kept)) as wrong
"""
_TOTALS = """
    select (select count(*) from therapy.play_record) as play_record,
           (select sum(plays) from therapy.daily_activity_log) as daily_activity_log,
           (select sum(plays) from therapy.daily_motion_log) as daily_motion_log,
           (select sum(plays) from therapy.therapy_result) as therapy_result
"""


class SumsDiffer(Exception):
    """A sum is not what its plays add up to."""


async def check(connection: "asyncpg.Connection[Any]", children: Sequence[UUID]) -> None:
    """Compare every sum of some children with their plays. Raises SumsDiffer."""
    for table, keys, columns, values in _TABLES:
        wrong = await connection.fetchval(
            _DIFFER.format(
                table=table, keys=keys, columns=columns, values=values, sums=_SUMS, summed=SUMMED
            ),
            children,
        )
        if wrong:
            raise SumsDiffer(f"{wrong} rows of {table} differ from the plays.")
    if wrong := await connection.fetchval(_RESULTS_DIFFER, children):
        raise SumsDiffer(f"{wrong} rows of daily_result differ from the plays.")


async def check_totals(connection: "asyncpg.Connection[Any]") -> int:
    """Compare how many plays there are with what each table of sums counts; how many there are.

    Raises SumsDiffer.
    """
    totals = await connection.fetchrow(_TOTALS)
    if totals is None or len(set(totals.values())) > 1:
        raise SumsDiffer(f"The tables count differently: {totals}.")
    return totals["play_record"]
