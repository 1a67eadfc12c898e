"""T02, T06, T08, T09, T10, T11: whatever a family does, what it is shown is what happened.

`make state-machines` lets many more families live for longer.
"""

import asyncio
import os

import httpx
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.families import sign_up

from .machine import LifeOfAFamily, Surroundings

FAMILIES = int(os.environ.get("DODAM_TEST_FAMILIES", "20"))
STEPS = int(os.environ.get("DODAM_TEST_STEPS", "20"))


async def test_T02_T06_T10_families_that_do_anything_are_shown_what_happened(
    http: httpx.AsyncClient, system: Dodam, settings: Settings, clock: StoppedClock
) -> None:
    motions = await (await sign_up(http)).get("/motions")
    catalogue = {motion["id"]: motion["bimanual"] for motion in motions}

    class Life(LifeOfAFamily):
        around = Surroundings(asyncio.get_running_loop(), http, system, settings, clock, catalogue)

    profile = hypothesis_settings(
        max_examples=FAMILIES,
        stateful_step_count=STEPS,
        deadline=None,
        # The same families each time, but for the long run's.
        derandomize="DODAM_TEST_FAMILIES" not in os.environ,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    await asyncio.to_thread(run_state_machine_as_test, Life, settings=profile)
