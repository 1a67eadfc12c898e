"""Images and videos: taken in, kept in object storage, handed out by signed URLs."""

from collections.abc import Iterable
from uuid import UUID

from dodam.platform.database import Reading


class Media:
    async def urls(self, db: Reading, media_ids: Iterable[UUID]) -> dict[UUID, str]:
        """Where each can be fetched for a while: a path on the API's own address.

        The same for some hours, so that answers that hold it stay the same. What is not there is
        left out.
        """
        raise NotImplementedError
