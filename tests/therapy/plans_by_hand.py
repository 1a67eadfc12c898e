"""Which plan counts on a day and what it asks for, worked out in the plainest way.

Shares nothing with the product: lists and loops over plans as the API tells of them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

Answer = dict[str, Any]


def asked_for(plans: Sequence[Answer], day: date) -> Answer | None:
    """The hand and items of a day; None where nothing is planned."""
    begun = [plan for plan in plans if date.fromisoformat(plan["starts_on"]) <= day]
    if not begun:
        return None
    plan = max(begun, key=lambda plan: plan["version"])
    if plan["ends_on"] is not None and date.fromisoformat(plan["ends_on"]) < day:
        return None
    for planned in plan["days"]:
        if planned["weekday"] == day.isoweekday():
            return planned
    return None
