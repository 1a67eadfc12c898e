"""Which plan counts on a day and what it asks for, worked out in the plainest way.

Shares nothing with the product: lists and loops over plans as the API tells of them.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

Answer = dict[str, Any]

# The one that counts before all others comes first.
SOURCES = ("protocol", "clinician", "guardian", "default")


def asked_for(plans: Sequence[Answer], day: date) -> Answer | None:
    """The hand and items of a day; None where nothing is planned."""
    for source in SOURCES:
        begun = [plan for plan in plans if plan["source"] == source and _has_begun(plan, day)]
        if begun:
            plan = max(begun, key=lambda plan: plan["version"])
            if not _has_ended(plan, day):
                return _asked_by(plan, day)
    return None


def _has_begun(plan: Answer, day: date) -> bool:
    starts = date.fromisoformat(plan["starts_on"])
    was_called_off = plan["ended_on"] and date.fromisoformat(plan["ended_on"]) < starts
    return starts <= day and not was_called_off


def _has_ended(plan: Answer, day: date) -> bool:
    lasts = [plan[end] for end in ("ends_on", "ended_on") if plan[end] is not None]
    return any(date.fromisoformat(last) < day for last in lasts)


def _asked_by(plan: Answer, day: date) -> Answer | None:
    asked = _asked(plan, day)
    if asked is None or plan["hand_rule"] is None:
        return asked
    # Training days are counted one by one from the plan's first.
    number, before = 0, date.fromisoformat(plan["starts_on"])
    while before < day:
        number += _asked(plan, before) is not None
        before += timedelta(days=1)
    return {**asked, "hand": hand_by_rule(plan["hand_rule"], number)}


def _asked(plan: Answer, day: date) -> Answer | None:
    if day.isoformat() in plan["rests_on"]:
        return None
    for planned in plan["days"]:
        if planned["weekday"] == day.isoweekday():
            return planned
    return None


def hand_by_rule(rule: Answer, number: int) -> str:
    """The hand of the training day of a number, from 0."""
    other = {"left": "right", "right": "left"}
    if rule["rule"] == "alternate" or rule["affected_hand"] == "both":
        first = rule["first_hand"]
        return first if number % 2 == 0 else other[first]
    affected = rule["affected_hand"]
    if rule["rule"] == "affected":
        return affected
    # Of the first n days the other hand has its share, rounded down.
    percent = 100 - round(100 * rule["affected_share"])
    of_other = (number + 1) * percent // 100 - number * percent // 100
    return other[affected] if of_other else affected
