"""What a guardian arranges for a child: days off, and a plan of the family's own.

A call whose answer was lost is made again, and so may make a pause or a plan twice: it excuses and
asks no more than once does.
"""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from dodam_sim.families.absence import Absence
from dodam_sim.families.answers import Pause, Plan
from dodam_sim.families.client import Guardian
from dodam_sim.families.planning import PlanAhead

T = TypeVar("T")


async def excuse(guardian: Guardian, base: str, absence: Absence) -> int:
    """Tell of the days off of the child at `base`; return how many pauses there were to make."""
    for day, reason in absence.single.items():
        await guardian.put(f"{base}/exceptional-days/{day}", {"reason": reason})
    if not absence.pauses:
        return 0
    path = f"{base}/pauses"
    known = {pause.from_day for pause in await guardian.get(path, list[Pause])}
    new = [pause for pause in absence.pauses if pause.first not in known]
    for pause in new:
        form = {"from_day": pause.first, "reason": pause.reason}
        await _post(
            guardian, path, form if pause.ends_unknown else form | {"to_day": pause.last}, Pause
        )
    ends = {pause.first: pause.last for pause in absence.pauses if pause.ends_unknown}
    if ends:
        for made in await guardian.get(path, list[Pause]):
            if made.to_day is None:
                form = {"on": ends[made.from_day]}
                await _post(guardian, f"{path}/{made.id}/end", form, Pause)
    return len(new)


async def make_plan(guardian: Guardian, base: str, wanted: PlanAhead) -> Plan:
    """Make the plan, and end it early if that is wanted; return it as it was made."""
    made = await _post(guardian, f"{base}/plans", wanted.form, Plan)
    if wanted.ends_early_on is not None:
        await _post(
            guardian, f"{base}/plans/{made.version}/end", {"on": wanted.ends_early_on}, Plan
        )
    return made


async def _post(guardian: Guardian, path: str, form: Mapping[str, object], shape: type[T]) -> T:
    body = msgspec.json.encode(form)
    return await guardian.post(path, lambda _: body, shape)
