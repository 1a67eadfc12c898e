"""Knock a system about while everybody uses it, and say what became of what it acknowledged.

`--short` does each thing once and waits less.
"""

import asyncio
import sys
from collections import Counter
from time import monotonic

import aftermath
from acts import ACTS, Act
from clients import ANSWERED, BROKEN, MOVED, Crowd, Journal, crowd_at
from system import System, running_system

# Lines are safe within 200 ms (DODAM_LOG_FLUSH_MS), and later on a machine as busy as this one.
LOST_SECONDS = 1.0
_HEAD = (
    "| what was done | answered | sent elsewhere | refused | broken off | longest wait, ms "
    "| well after, ms |\n| --- | --: | --: | --- | --: | --: | --: |"
)


class Theatre:
    def __init__(self, system: System, crowd: Crowd, journal: Journal, *, rest: float) -> None:
        self._system = system
        self._crowd = crowd
        self._journal = journal
        self._rest = rest
        self.differences: list[str] = []

    async def play(self, act: Act) -> None:
        """Do it while everybody is busy, until all is well again and for a while; tell of it."""
        journal = self._journal
        attempts, waits = len(journal.attempts), len(journal.waits)
        async with self._crowd.busy():
            await asyncio.sleep(self._rest)
            done_at = monotonic()
            await act.do(self._system)
            await self._system.until_well()
            await asyncio.sleep(self._rest)
        outcomes = Counter(each.outcome for each in journal.attempts[attempts:])
        longest = max(seconds for _, seconds in journal.waits[waits:])
        failed = [each.ended for each in journal.attempts[attempts:] if each.outcome != ANSWERED]
        well = max(failed, default=done_at) - done_at
        answered, moved, broken = (outcomes.pop(each, 0) for each in (ANSWERED, MOVED, BROKEN))
        refused = ", ".join(f"{count} {code}" for code, count in outcomes.items()) or "0"
        print(
            f"| {act.name} | {answered} | {moved} | {refused} | {broken} "
            f"| {longest * 1000:.0f} | {well * 1000:.0f} |",
            flush=True,
        )
        if broken and not act.may_break:
            self.differences.append(f"{act.name}: {broken} requests were left unanswered")


async def main(*, short: bool) -> int:
    journal = Journal()
    async with running_system() as system:
        async with crowd_at(system, journal, families=2 if short else 6) as crowd:
            theatre = Theatre(system, crowd, journal, rest=0.5 if short else 3)
            print(_HEAD, flush=True)
            for _ in range(1 if short else 3):
                for act in ACTS:
                    await theatre.play(act)
            lost, differences = await aftermath.of_players(crowd.players)
            acknowledged = sum(len(each.acknowledged) for each in crowd.players)
        differences += theatre.differences + journal.strange + await aftermath.of_jobs(system)
        await system.stop()
        lines, of_log = await aftermath.of_the_log(system, journal.attempts)
        differences += of_log
    print(f"\n{acknowledged} records acknowledged, {lost} of them lost")
    for name, each in lines.items():
        ages = ", ".join(f"{age * 1000:.0f}" for age in each.ages) or "none"
        print(f"{name}: lines lost by SIGKILL, answered so many ms before it: {ages}")
        if each.unexplained:
            differences.append(f"{name}: {each.unexplained} lines were lost without a kill")
        if max(each.ages, default=0) > LOST_SECONDS:
            differences.append(f"{name}: lines were lost that should have been safe")
    print("\n".join([f"{len(differences)} differences", *differences]))
    return 1 if lost or differences else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(short="--short" in sys.argv[1:])))
