"""A child meets the game: locked, opened by a ticket or by therapy, limited, and added up."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from dodam_sim.callers.family import Family, move_in
from dodam_sim.newcomer.drawing import icon
from dodam_sim.newcomer.game import MANY_STARS, PLAYS_A_DAY, REWARDS_A_DAY
from dodam_sim.newcomer.scene import Scene
from dodam_sim.newcomer.tablet import Tablet

_TICKET_SECONDS = 30
_DAY_STARTS_AT = timedelta(hours=4)


async def a_child_finds_it(scene: Scene) -> Tablet:
    """A family moves in; its tablet starts, and shows a game that is locked."""
    story = scene.story
    story.chapter("A child finds the game")
    family = await move_in(scene.api, 1)
    [child] = family.children
    await family.plan(child, repetitions=2)
    tablet = Tablet(family, child, await family.tablet(), scene.game, scene.chance)
    start = await tablet.start()
    offered = {game["id"]: game for game in start["games"]}
    story.holds("The tablet starts, and finds the game in one call", scene.game in offered)
    await _its_icon_is_shown(scene, offered[scene.game]["icon"])
    story.same(
        "It is locked: therapy is not done, and there is no ticket",
        {"therapy_not_done", "not_enough_tickets"},
        {reason["code"] for reason in offered[scene.game]["lock"]["reasons"]},
    )
    refused = await tablet.ask()
    story.same("Who asks all the same is refused", (409, "game_locked"), _refusal(refused))
    again = await tablet.start(since=start["version"])
    story.holds(
        "A start from there on brings only what changed",
        "settings" in again["unchanged"],
        again["unchanged"],
    )
    return tablet


async def _its_icon_is_shown(scene: Scene, address: str) -> None:
    """By a signed address, to whoever was given it; to nobody else."""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}"
    picture = await scene.api.send("GET", path)
    scene.story.holds("Its icon is what the newcomer drew", picture.content == icon())
    forged = await scene.api.send("GET", f"{path[:-1]}{'A' if path[-1] != 'A' else 'B'}")
    scene.story.holds("A forged address shows nothing", forged.is_client_error, forged.status_code)


async def it_is_opened(scene: Scene, tablet: Tablet) -> list[str]:
    """By a ticket, then by therapy, until the day's plays are used up; the plays that are kept."""
    story = scene.story
    story.chapter("Tickets, therapy and a limit")
    family, child = tablet.family, tablet.child
    await family.train(child, repetitions=1)
    earned = await _tickets_come(tablet, "attendance")
    story.holds(f"Half of the day's therapy earns {earned} ticket(s)", earned > 0)
    first = await tablet.ask()
    play = first.json()
    story.same("A ticket opens the game", (True, 1), (first.is_success, play["tickets_spent"]))
    story.same(
        "A play asked for twice is the same play", play, (await tablet.ask(play["id"])).json()
    )
    for _ in range(2):
        await tablet.give_back(play["id"])
    story.same("Given back, the ticket is there again, once", earned, await tablet.balance())
    plays = [await granted(tablet)]
    story.same("Another play takes it again", earned - 1, await tablet.balance())
    await family.train(child, repetitions=1)
    balance = earned - 1 + await _tickets_come(tablet, "goal_reached")
    plays += [await granted(tablet) for _ in range(PLAYS_A_DAY - 1)]
    story.same("After therapy the game takes no tickets", balance, await tablet.balance())
    refused = await tablet.ask()
    told = refused.json()
    story.same(
        f"After {PLAYS_A_DAY} plays the limit is reached",
        ["limit_reached"],
        [reason["code"] for reason in told["details"]["reasons"]],
    )
    story.same(
        "until the child's next day begins",
        _next_day(family),
        datetime.fromisoformat(told["details"]["available_at"]),
    )
    story.same(
        "A play that was granted stays granted", 201, (await tablet.ask(plays[0])).status_code
    )
    return plays


async def results_come_as_they_do(scene: Scene, tablet: Tablet, plays: list[str]) -> None:
    """Late, twice, out of order, some of them bad; what they add up to."""
    story = scene.story
    story.chapter("Results: late, twice, out of order")
    definition = await scene.definition(1)
    schema = definition["result_schema"]
    records = [
        tablet.play(schema, 1, play_id, minutes_ago=60 - 10 * number)
        for number, play_id in enumerate(plays)
    ]
    bad = tablet.play(schema, 1, None)
    bad["result"] = {**bad["result"], "stars": "many"}
    receipt = await tablet.upload([records[2], bad, records[3]])
    fates = [record["fate"] for record in receipt["records"]]
    story.same("Of three results the bad one is refused", ["created", "rejected", "created"], fates)
    story.same(
        "and told what is wrong with it",
        "result.stars",
        receipt["records"][1]["reason"]["field"],
    )
    unasked = tablet.play(schema, 1, None)
    receipt = await tablet.upload([records[1], records[0], unasked])
    story.same("Older ones come after newer ones", 3, receipt["created"])
    story.same(
        "One that no play was granted for is kept, but does not count",
        "beyond_limits",
        receipt["records"][2]["notice"]["code"],
    )
    receipts = await asyncio.gather(*(tablet.upload(records) for _ in range(2)))
    duplicates = [receipt["duplicates"] for receipt in receipts]
    story.same("All of them again, twice at once, are duplicates", [4, 4], duplicates)
    tablet.counts(*records)
    await compare(scene, tablet, definition, "Every aggregate is what the tablet added up itself")
    many = sum(record["result"]["stars"] >= MANY_STARS for record in records)
    story.same(
        f"{many} result(s) with {MANY_STARS} stars or more earn what the game promises",
        min(many, REWARDS_A_DAY),
        await _sum_of_tickets(tablet, "game_reward"),
    )


async def compare(scene: Scene, tablet: Tablet, definition: Mapping[str, Any], what: str) -> None:
    own, told = await tablet.aggregates(definition["aggregates"])
    for name, expected in own.items():
        if told.get(name) != expected:
            scene.story.same(f"{name}", expected, told.get(name))
    scene.story.holds(f"{what} ({', '.join(own)})", own == told, told)


async def granted(tablet: Tablet) -> str:
    answer = await tablet.ask()
    answer.raise_for_status()
    return answer.json()["id"]


async def _tickets_come(tablet: Tablet, reason: str) -> int:
    """Tickets earned for a reason, which come soon after the fact."""
    for _ in range(10 * _TICKET_SECONDS):
        if earned := await _sum_of_tickets(tablet, reason):
            return earned
        await asyncio.sleep(0.1)
    return 0


async def _sum_of_tickets(tablet: Tablet, reason: str) -> int:
    page = await tablet.family.guardian.get(f"/children/{tablet.child}/tickets")
    return sum(line["tickets"] for line in page["entries"] if line["reason"] == reason)


def _refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def _next_day(family: Family) -> datetime:
    """When the next therapy day of the family's children begins."""
    wall = datetime.now(family.zone)
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1) + _DAY_STARTS_AT
