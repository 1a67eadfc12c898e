"""Let a storm of clients meet several instances of a server, one of which is killed in its midst.

`--short` takes fewer.
"""

import asyncio
import sys
from signal import SIGKILL

from with_instances import instances

from dodam_sim.storm.run import FULL, SHORT, storm


def main() -> int:
    order = SHORT if "--short" in sys.argv[1:] else FULL
    with instances() as running:
        first, *_ = running.processes.values()
        outcome = asyncio.run(
            storm(
                list(running.processes),
                running.invitation(),
                order,
                lambda: first.send_signal(SIGKILL),
            )
        )
    print(outcome)
    return 0 if outcome.is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
