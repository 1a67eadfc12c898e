"""Years of play records with their running sums, in the order in which they came in.

Days are made some at a time. What was played is made first and summed up from there; what was
uploaded late waits until its time. So rows of one child lie among those of all others, as in life,
and indexes have grown row by row. Sums are as they stand in the end: each is written once, where in
life later uploads update it (`ageing` measures what that does).
"""

# ruff: noqa: S608 - the statements are put together of constants

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
from rich.progress import Progress

from bench.scale.sums import PLANNED, ZONE, sum_up

_ROWS_AT_ONCE = 1_000_000
# Of the days, on how many the tablet is offline, and sends what was played up to two weeks later.
_LATE = 0.05

# What a plan asks for on a weekday; a motion is played in each of two sittings a day. Where the
# plan leaves the hand to a rule, hands alternate.
_ITEMS = """
    create temp table item as
    select plan.child_id as model, asked.weekday, item.motion, item.position,
           case when motion.bimanual then 'both'
                else coalesce(asked.hand, (array['left', 'right'])[1 + weekday % 2])
           end as hand,
           item.target_repetitions as target
      from therapy.plan,
           jsonb_to_recordset(days) as asked (weekday int, hand text, items jsonb),
           rows from (
               jsonb_to_recordset(asked.items) as (motion text, target_repetitions int)
           ) with ordinality as item (motion, target_repetitions, position)
           join content.motion on motion.id = item.motion
     where plan.child_id in (select model from player)
"""
# How likely a child plays on a planned day follows from how many records there are to be.
_CHANCES = """
    update player set chance = least(1, chance * $1::float / (
        select sum(asked * chance * (now()::date - began::date) / 7.0) * 2 from player
          join (select model, count(*) as asked from item group by model) as week using (model)
    ))
"""
_STAGES = """
    create temp table made (like therapy.play_record including defaults);
    create temp table late (like therapy.play_record including defaults);
"""
_MAKE = f"""
    insert into made (
        child_id, id, session_id, motion, hand, therapy_day, started_at, duration_ms, repetitions,
        successes, accuracy_bp, score, difficulty, label, device, payload, clock, received_at,
        fingerprint
    )
    with planned as materialized (
        select planned.*, (day + time '15:00') at time zone '{ZONE}' as afternoon,
               case when random() < {_LATE} then (1 + 13 * random()) * interval '1 day'
                    else interval '15 min' end as delay
          from ({PLANNED} offset 0) as planned where random() < chance
    ),
    sitting as materialized (
        select planned.*, start - now() as age, uuidv7(start - now()) as session_id
          from (select planned.*, afternoon + (nth + random()) * interval '2 hours' as start
                  from planned, generate_series(0, 1) as nth offset 0) as planned
    ),
    play as (
        select sitting.*, motion, hand, position * interval '150 s' as later,
               ceil(target * (0.35 + random() * 0.4)) as repetitions, random() as skill
          from sitting join item
            on item.model = sitting.model and weekday = extract(isodow from day)
        offset 0
    )
    select child_id, uuidv7(age + later), session_id, motion, hand, day, start + later,
           60000 + 60000 * skill, repetitions, floor(repetitions * (0.5 + skill / 2)),
           5000 + 5000 * skill, repetitions * 80, 1 + 9 * skill, 'fist', 'Galaxy Tab S9',
           case when skill < 0.2 then '{{"level": "forest", "stars": 2}}'::jsonb end,
           'trusted', least(start + delay, $3), (skill * 9e18)::bigint
      from play
"""
_DELIVER = """
    with due as (delete from late where received_at < $1 returning *),
         kept as (insert into late select * from made where received_at >= $1)
    insert into therapy.play_record
    select * from (select * from due union all select * from made where received_at < $1) as come
     order by received_at, child_id, id
"""


async def fill(connection: "asyncpg.Connection[Any]", records: int, progress: Progress) -> int:
    """About `records` plays of the players up to yesterday, and what follows from them.

    How many there are.
    """
    for statement in (_ITEMS, _STAGES, "analyze player", "analyze item"):
        await connection.execute(statement)
    await connection.execute(_CHANCES, float(records))
    yesterday: date = await connection.fetchval(f"select (now() at time zone '{ZONE}')::date - 1")
    # What was played last came before the night.
    latest = _midnight(yesterday) - timedelta(seconds=1)
    bar = progress.add_task("Plays", total=records)
    made = 0
    for first, last in await _parts(connection, yesterday, records):
        status = await connection.execute(_MAKE, first, last, latest)
        await connection.execute("analyze made")
        await sum_up(connection, first, last)
        await connection.execute(_DELIVER, _midnight(last))
        await connection.execute("truncate made")
        rows = int(status.rpartition(" ")[2])
        progress.update(bar, advance=rows)
        made += rows
    return made


def _midnight(day: date) -> datetime:
    """The end of a day."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(ZONE))


async def _parts(
    connection: "asyncpg.Connection[Any]", yesterday: date, records: int
) -> Sequence[tuple[date, date]]:
    """All days, in parts of which each has no more than some records, or one day."""
    began = dict(await connection.fetch("select began::date, count(*) from player group by 1"))
    days = [min(began) + timedelta(days=n) for n in range((yesterday - min(began)).days + 1)]
    players = list(accumulate(began.get(day, 0) for day in days))
    most = sum(players) * _ROWS_AT_ONCE / records
    parts: list[tuple[date, date]] = []
    sum_of_part = most
    for day, playing in zip(days, players, strict=True):
        if sum_of_part + playing > most:
            parts.append((day, day))
            sum_of_part = 0
        parts[-1] = (parts[-1][0], day)
        sum_of_part += playing
    return parts
