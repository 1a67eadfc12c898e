"""What became of messages that the service took."""

from datetime import timedelta

from dodam.features.messaging.models.outgoing import Result
from dodam.features.messaging.models.states import NO_RESULT, State
from dodam.features.messaging.ports import Alimtalk
from dodam.features.messaging.store import messages as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database

_SOONEST = timedelta(seconds=10)
_LATEST = timedelta(hours=6)
# A text may be on its way for so long; the service itself forgets after 30 days.
_HOPE = timedelta(hours=72)


class Results:
    def __init__(self, database: Database, clock: Clock, alimtalk: Alimtalk) -> None:
        self._database = database
        self._clock = clock
        self._alimtalk = alimtalk

    async def ask(self, request_id: str) -> None:
        """Note what is known of an order, and when to ask for the rest of it.

        Each pause is as long as has passed since the order, so that they double.
        """
        async with self._database.reading() as db:
            asked = await store.ASKED.all(db, request=request_id)
        ids = [each.provider_id for each in asked]
        results = await self._alimtalk.results(request_id, ids)
        now = self._clock.now()
        async with self._database.transaction() as tx:
            for message in asked:
                result = results.get(message.provider_id)
                waited = now - message.sent_at
                if result is None and waited < _HOPE:
                    pause = min(max(waited, _SOONEST), _LATEST)
                    await store.ASK_AGAIN.execute(tx, message=message.id, ask_at=now + pause)
                    continue
                result = result or Result(State.FAILED, NO_RESULT)
                await store.END.execute(
                    tx, message=message.id, new_state=result.state, why=result.code, now=now
                )
