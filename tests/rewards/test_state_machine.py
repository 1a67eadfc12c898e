"""P09: whatever comes, again, at once or broken off, a ledger is what was earned and spent."""

import asyncio

import httpx
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from dodam.bootstrap import Dodam

from .machine import LifeOfALedger, Surroundings


async def test_P09_a_ledger_that_lives_on_at_random_is_right(
    system: Dodam, http: httpx.AsyncClient
) -> None:
    class Life(LifeOfALedger):
        around = Surroundings(asyncio.get_running_loop(), system, http)

    profile = hypothesis_settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    await asyncio.to_thread(run_state_machine_as_test, Life, settings=profile)
