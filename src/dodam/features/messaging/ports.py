"""What the messaging feature asks of the world outside."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from dodam.features.messaging.models.outgoing import NotTaken, Outgoing, Result, Taken


class Alimtalk(Protocol):
    """Notices in KakaoTalk, and a text in their stead to phones it does not reach.

    Numbers are Korean, in E.164. Everything raises TryLater while the service is away.
    """

    async def send(
        self, template: str, messages: Sequence[Outgoing]
    ) -> list[Taken | NotTaken | None]:
        """Hand over up to 100 messages of one template; what came of each, None if not known.

        Raises PerhapsDone where the service may have taken them, CannotBeDone where it refused
        the order and took none.
        """
        ...

    async def find(self, template: str, number: str, content: str, since: datetime) -> list[Taken]:
        """The messages it took since then that say this to this number."""
        ...

    async def results(self, request_id: str, message_ids: Collection[str]) -> Mapping[str, Result]:
        """What became of these messages of an order; those under way are left out."""
        ...
