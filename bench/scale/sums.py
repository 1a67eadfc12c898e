"""The running sums that follow from plays, as uploads and evenings would have left them."""

# ruff: noqa: S608 - the statements are put together of constants

from datetime import date
from typing import Any

import asyncpg

from dodam.features.therapy.models.results import Sums

ZONE = "Asia/Seoul"

# The days of `player`s from $1 to $2 that their plans, in `item`, ask for.
PLANNED = """
    select player.*, began.day + shift as day
      from (select * from player where began::date <= $2 offset 0) as player,
           (select $1::date as day) as began, generate_series(0, $2::date - $1) as shift
     where player.began::date <= began.day + shift
       and (model, extract(isodow from began.day + shift)) in (select model, weekday from item)
"""
_SUMS = Sums.__struct_fields__
SUMMED = """
    count(*)::int as plays, sum(repetitions) as repetitions, sum(successes) as successes,
    sum(duration_ms) as active_ms, coalesce(sum(accuracy_bp), 0) as accuracy_bp,
    count(accuracy_bp)::int as accuracy_plays, coalesce(sum(score), 0) as score
"""
SPAN = "min(started_at) as began, max(started_at + duration_ms * interval '1 ms') as ended"
_NAMES = ", ".join(_SUMS)
_TOTALS = ", ".join(f"sum({name}) as {name}" for name in _SUMS)
_BY_MOTION = f"""
    create temp table summed on commit drop as
    select child_id, therapy_day as day, motion, hand, {SUMMED}, {SPAN}, min(received_at) as come
      from made group by 1, 2, 3, 4
"""
_ADD_UP = (
    f"""
    insert into therapy.daily_motion_log (child_id, therapy_day, motion, hand, {_NAMES})
    select child_id, day, motion, hand, {_NAMES} from summed order by come
    """,
    f"""
    insert into therapy.daily_activity_log
           (child_id, therapy_day, first_play_at, last_play_at, {_NAMES})
    select child_id, day, min(began), max(ended), {_TOTALS} from summed
     group by child_id, day order by min(come)
    """,
    f"""
    insert into therapy.therapy_result
           (child_id, session_id, therapy_day, started_at, ended_at, {_NAMES})
    select child_id, session_id, therapy_day, began, ended, {_NAMES}
      from (select child_id, session_id, min(therapy_day) as therapy_day, {SPAN}, {SUMMED},
                   min(received_at) as come
              from made group by child_id, session_id) as session
     order by come
    """,
)
# A planned day as it stood at eight in the evening; of each child and day the streak so far.
_SUM_UP_DAYS = f"""
    with planned as (
        select *, (day + time '20:00') at time zone '{ZONE}' as evening from ({PLANNED}) as days
    ),
    asked as (select model, weekday, count(*) as motions, sum(target) as target from item
               group by model, weekday),
    played as (
        select child_id, day, {_TOTALS}, min(come) as come,
               count(*) filter (where repetitions >= target) as reached
          from summed join player using (child_id)
          join item using (model, motion, hand)
         where weekday = extract(isodow from day)
         group by child_id, day
    ),
    judged as (
        select planned.child_id, planned.day, evening, streak, motions, target, reached,
               {", ".join(f"coalesce(played.{name}, 0) as {name}" for name in _SUMS)}
          from planned
          join asked on asked.model = planned.model and weekday = extract(isodow from day)
          left join played on played.child_id = planned.child_id and played.day = planned.day
                          and come <= evening
    ),
    run as (
        select *, sum((plays = 0)::int) over (partition by child_id order by day) as missed
          from judged
    ),
    kept as (
        insert into therapy.daily_result (
            child_id, therapy_day, summed_up_at, status, goal_reached, planned_motions,
            reached_motions, planned_repetitions, planned_minutes, {_NAMES}, current_streak,
            next_planned_day
        )
        select child_id, day, evening,
               case when reached = motions then 'done' when plays > 0 then 'partial'
                    else 'planned' end,
               coalesce(reached = motions, false), motions, coalesce(reached, 0), target, 0,
               {_NAMES},
               sum((plays > 0)::int) over (partition by child_id, missed order by day)
                   + case when missed = 0 then streak else 0 end,
               day + case when extract(isodow from day) = 5 then 3 else 1 end
          from run order by day
        returning child_id, therapy_day, summed_up_at, goal_reached, current_streak
    ),
    reached as (
        insert into therapy.reached_goal
        select child_id, therapy_day, summed_up_at from kept where goal_reached
    )
    update player set streak = current_streak
      from (select distinct on (child_id) child_id, current_streak from kept
             order by child_id, therapy_day desc) as last
     where last.child_id = player.child_id and streak <> current_streak
"""


async def sum_up(connection: "asyncpg.Connection[Any]", first: date, last: date) -> None:
    """What follows from the plays in `made`, which are all plays of the days of `player`s."""
    async with connection.transaction():
        await connection.execute(_BY_MOTION)
        await connection.execute("analyze summed")
        for statement in _ADD_UP:
            await connection.execute(statement)
        await connection.execute(_SUM_UP_DAYS, first, last)
