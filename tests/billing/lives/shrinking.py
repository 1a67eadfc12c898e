"""The shortest life that still goes wrong."""

from collections.abc import Callable

from .plans import Plan


def shortest(plan: Plan, goes_wrong: Callable[[Plan], bool]) -> Plan:
    """Leave out steps, many at once and then fewer, for as long as it goes wrong without them."""
    count = len(plan.steps) // 2 or 1
    while count:
        first = 0
        while first < len(plan.steps):
            shorter = plan.without(first, count)
            if goes_wrong(shorter):
                plan = shorter
            else:
                first += count
        count //= 2
    return plan
