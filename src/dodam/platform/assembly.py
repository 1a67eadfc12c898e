"""Where features hand in what they have: routes, services, reactions and scheduled work."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from litestar import Controller

from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.jobs.kinds import Kinds
from dodam.platform.logging.log import Log
from dodam.platform.outbox import Outbox

Chore = Callable[[Transaction], Awaitable[object]]


@dataclass
class Assembly:
    """Filled by each feature's `wiring`, read by the processes.

    `pages` are for people's browsers, beside the API. `bodies` are structs that no route's
    signature tells of, such as what is posted to others; the API's description lists them.
    `services` are offered to routes by their names, `providers` are asked anew by each request that
    names them. `kinds` are the tasks that are done in the
    background. `chores` run in a transaction of their own, by a cron expression (UTC), once however
    many workers there are.
    """

    clock: Clock
    database: Database
    outbox: Outbox
    kinds: Kinds
    log: Log
    routes: list[type[Controller]] = field(default_factory=list[type[Controller]])
    pages: list[type[Controller]] = field(default_factory=list[type[Controller]])
    bodies: list[type] = field(default_factory=list[type])
    services: dict[str, object] = field(default_factory=dict[str, object])
    providers: dict[str, Callable[..., object]] = field(
        default_factory=dict[str, Callable[..., object]]
    )
    chores: dict[str, tuple[str, Chore]] = field(default_factory=dict[str, tuple[str, Chore]])
