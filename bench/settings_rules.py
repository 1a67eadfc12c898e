"""`python -m bench.settings_rules`: what it costs to find a client's settings among many rules.

Rules and clients are drawn at random, always the same. A client's resolution is that of the live
system, from what is known of it to its encoded settings in every namespace; the naive reading
looks at rule after rule, by the conditions as they are written.
"""

from collections.abc import Callable, Sequence
from random import Random
from time import thread_time_ns
from typing import Any
from uuid import UUID

from rich import box
from rich.console import Console
from rich.table import Table

from dodam.features.accounts.models.attributes import DeviceProfile
from dodam.features.accounts.models.devices import Platform
from dodam.features.livesettings.models.clients import Client, Facts
from dodam.features.livesettings.models.compiled import Compiled
from dodam.features.livesettings.models.conditions import AppVersions, WantedAttribute, When
from dodam.features.livesettings.models.contents import Content, SettingsRule, salt
from dodam.features.livesettings.models.rollouts import Rollout
from dodam_sim.families.chance import lucky, stream

RULES = 1_000
CLIENTS = 100_000
# The naive reading takes longer.
_CLIENTS_OF_NAIVE = 1_000
_SEED = UUID(int=1)
_BASE: dict[str, Any] = {"speed": 1.0, "hints": True, "colours": {"sky": "blue", "grass": "green"}}
_TRIALS = [f"HAND-{year}" for year in range(2020, 2040)]


def _mixed(chance: Random, place: int) -> SettingsRule:
    """A rule as staff would write one: two or three conditions, few of which a client meets."""
    low = chance.randrange(30)
    when = When(
        platforms=chance.sample(list(Platform), 2) if lucky(chance, 0.5) else None,
        app_versions=AppVersions(f"1.{low}", f"1.{low + 3}") if lucky(chance, 0.6) else None,
        device_profiles=[chance.choice(list(DeviceProfile))] if lucky(chance, 0.3) else None,
        attributes=[_wanted(chance)] if lucky(chance, 0.6) else None,
        rollout=Rollout(chance.randrange(1, 300) / 100),
    )
    return SettingsRule(f"rule-{place}", when, {"speed": place / 100})


def _wanted(chance: Random) -> WantedAttribute:
    if lucky(chance, 0.3):
        return WantedAttribute("tester", value=True)
    participant = f"P-{chance.randrange(400)}"
    return WantedAttribute(
        "trial_participant", {"trial": chance.choice(_TRIALS), "participant": participant}
    )


def _drawn(_: Random, place: int) -> SettingsRule:
    """The worst there is: everybody meets all conditions, and each rule draws anew."""
    return SettingsRule(f"rule-{place}", When(rollout=Rollout(0.01)), {"speed": place / 100})


def _clients(count: int) -> list[Client]:
    chance = stream(_SEED, "clients")
    return [
        Client(
            child_id=UUID(int=chance.getrandbits(128)),
            attributes=_held(chance),
            platform=chance.choice(list(Platform)),
            app_version=f"1.{chance.randrange(34)}.{chance.randrange(5)}",
            device_profile=chance.choice(list(DeviceProfile)),
        )
        for _ in range(count)
    ]


def _held(chance: Random) -> dict[str, list[Any]]:
    held: dict[str, list[Any]] = {}
    if lucky(chance, 0.05):
        held["tester"] = [True]
    if lucky(chance, 0.3):
        participant = f"P-{chance.randrange(400)}"
        held["trial_participant"] = [{"trial": chance.choice(_TRIALS), "participant": participant}]
    return held


Namespaces = Sequence[tuple[str, list[SettingsRule]]]


def _written(namespaces: int, write: Callable[[Random, int], SettingsRule]) -> Namespaces:
    chance = stream(_SEED, "rules")
    each = RULES // namespaces
    return [
        (f"games.game_{number}", [write(chance, place) for place in range(each)])
        for number in range(namespaces)
    ]


def _naive(namespaces: Namespaces, client: Client) -> list[str | None]:
    facts = Facts(client)
    return [
        next((rule.name for rule in rules if not rule.when.misses(facts, salt(name, rule))), None)
        for name, rules in namespaces
    ]


def _resolved(compiled: Sequence[Compiled], client: Client) -> list[str | None]:
    facts = Facts(client)
    return [each.resolve(facts).rule for each in compiled]


def _microseconds(resolve: Callable[[Client], object], clients: Sequence[Client]) -> list[float]:
    """Processor time of each client, ascending."""
    taken: list[float] = []
    for client in clients:
        begun = thread_time_ns()
        resolve(client)
        taken.append((thread_time_ns() - begun) / 1_000)
    return sorted(taken)


def _row(title: str, namespaces: Namespaces, clients: Sequence[Client]) -> list[str]:
    begun = thread_time_ns()
    compiled = [Compiled(name, 1, _BASE, Content({}, rules)) for name, rules in namespaces]
    compiling = (thread_time_ns() - begun) / 1_000_000
    some = clients[:_CLIENTS_OF_NAIVE]
    for client in some:
        if _resolved(compiled, client) != _naive(namespaces, client):
            raise AssertionError(f"{title}: the index finds another rule for {client}")
    met = sum(any(_resolved(compiled, client)) for client in some) / len(some)
    fast = _microseconds(lambda client: _resolved(compiled, client), clients)
    slow = _microseconds(lambda client: _naive(namespaces, client), some)
    return [
        title,
        f"{met:.0%}",
        f"{compiling:.1f}",
        f"{_at(fast, 0.5):.1f}",
        f"{_at(fast, 0.99):.1f}",
        f"{_at(slow, 0.5):.0f}",
        f"{_at(slow, 0.5) / _at(fast, 0.5):.0f}",
    ]


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))]


def main() -> None:
    clients = _clients(CLIENTS)
    table = Table(
        "1,000 rules",
        "meet one",
        "compiling ms",
        "p50 µs",
        "p99 µs",
        "naive p50 µs",
        "ratio",
        title=f"Settings of {CLIENTS:,} clients",
        box=box.SIMPLE_HEAD,
    )
    for title, namespaces in (
        ("mixed, in 1 namespace", _written(1, _mixed)),
        ("mixed, in 20", _written(20, _mixed)),
        ("1,000 draws", _written(1, _drawn)),
    ):
        table.add_row(*_row(title, namespaces, clients))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
