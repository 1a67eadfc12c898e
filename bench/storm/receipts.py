"""What arrived, and how often."""

from collections import Counter
from dataclasses import dataclass

from dodam_sim.world.discord.limits import BUCKET_LENGTH, BUCKET_LIMIT
from dodam_sim.world.world import World

_NOTICES_A_POST = 10


@dataclass(frozen=True)
class Receipt:
    """Of what was sent once each: how many arrived, and how many arrived once more.

    `least_seconds` is how long the service's own limit takes for so many.
    """

    service: str
    sent: int
    arrived: int
    doubles: int
    remark: str
    least_seconds: float | None = None

    @property
    def lost(self) -> int:
        return self.sent - self.arrived


def receipts(world: World, notices: int, messages: int, events: int) -> list[Receipt]:
    titles = Counter(
        str(embed.get("title"))
        for post in world.discord.received
        for embed in post.embeds
        if str(embed.get("title")).startswith("Storm ")
    )
    talks = Counter(each.message.to for each in world.sens.talks)
    posts = world.discord.accepted
    kept = world.mixpanel.events
    at_least = notices / _NOTICES_A_POST / BUCKET_LIMIT * BUCKET_LENGTH.total_seconds()
    return [
        Receipt("Discord", notices, len(titles), _again(titles), f"{posts:,} posts", at_least),
        Receipt("SENS Alimtalk", messages, len(talks), _again(talks), ""),
        Receipt(
            "Mixpanel",
            events,
            kept.imported - kept.duplicates,
            0,
            f"{kept.duplicates:,} came again and were merged by $insert_id",
        ),
    ]


def _again(counted: Counter[str]) -> int:
    return sum(counted.values()) - len(counted)
