"""Sending: each message to its phone once, over crashes and lost answers.

That a message is being sent is committed before it is handed over. Whoever finds one so, and the
attempt is over, asks the service whether it was taken, by number, template and words, and sends it
again only if it was not. Of messages that read the same for one number, one is sent at a time, so
that the answer is about that one.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from msgspec import Struct

from dodam.features.messaging.models.outgoing import NotTaken, Outgoing, Taken
from dodam.features.messaging.models.states import REFUSED, State
from dodam.features.messaging.ports import Alimtalk
from dodam.features.messaging.service.decisions import Decisions, GiveUp, PutOff, Send
from dodam.features.messaging.store import sending as store
from dodam.features.messaging.store.sending import HandedOver, Pending, Standing
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater

# What was begun and is not handed over by then, is not any more in this attempt.
_HANDED_OVER_WITHIN = timedelta(seconds=30)
# By then an attempt is over, and what the service took is in its list.
_SETTLED_AFTER = timedelta(minutes=1)
# How far its clock may be behind ours: the limit of its signatures.
_CLOCKS_DIFFER = timedelta(minutes=5)
_FIRST_ASKED_AFTER = timedelta(seconds=10)
_SOON = timedelta(seconds=5)
# Each also takes a connection to the database for a moment.
_ASKED_AT_ONCE = 4


class _Begun(Struct, frozen=True):
    """A message that is committed as being sent. `this_try` counts from 1."""

    id: UUID
    this_try: int
    template: str
    outgoing: Outgoing


class Sending:
    def __init__(
        self, database: Database, clock: Clock, alimtalk: Alimtalk, decisions: Decisions
    ) -> None:
        self._database = database
        self._clock = clock
        self._alimtalk = alimtalk
        self._decisions = decisions

    async def send(self, ids: Sequence[UUID]) -> list[Exception | None]:
        """Why each is not done, if it is not. Raises TryLater while the service is away."""
        unclear = await self._clear_up(ids)
        begun_by = self._clock.now()
        await self._hand_all_over(await self._begin(ids), begun_by + _HANDED_OVER_WITHIN)
        async with self._database.reading() as db:
            standing = {each.id: each for each in await store.STANDING.all(db, ids=ids)}
        return [unclear.get(each) or self._outcome(standing.get(each)) for each in ids]

    async def _clear_up(self, ids: Sequence[UUID]) -> dict[UUID, Exception]:
        """Learn what came of earlier attempts that ended without an answer; where not, why not.

        Each is a question of its own: one that is not answered leaves the others theirs.
        """
        async with self._database.reading() as db:
            handed_over = await store.HANDED_OVER.all(db, ids=ids)
        settled_by = self._clock.now() - _SETTLED_AFTER
        settled = [each for each in handed_over if each.sending_at <= settled_by]
        some_at_once = asyncio.Semaphore(_ASKED_AT_ONCE)

        async def ask(message: HandedOver) -> Exception | None:
            async with some_at_once:
                try:
                    await self._look_for(message)
                except (TryLater, CannotBeDone) as error:
                    return error
            return None

        answers = await asyncio.gather(*map(ask, settled))
        return {
            message.id: error
            for message, error in zip(settled, answers, strict=True)
            if error is not None
        }

    async def _look_for(self, message: HandedOver) -> None:
        since = message.sending_at - _CLOCKS_DIFFER
        found = await self._alimtalk.find(message.template, message.number, message.content, since)
        async with self._database.transaction() as tx:
            await self._record_found(tx, message, found)

    async def _record_found(
        self, tx: Transaction, message: HandedOver, found: Sequence[Taken]
    ) -> None:
        """Of those that read the same, what is another message's is not this one."""
        ours = await store.OURS.all(tx, providers=[each.message_id for each in found])
        others = {each.provider_id for each in ours}
        for each in found:
            if each.message_id not in others:
                await self._accepted(tx, message.id, message.tries, each)
                return
        await store.TAKEN_BACK.execute(tx, message=message.id, this_try=message.tries)

    async def _begin(self, ids: Sequence[UUID]) -> list[_Begun]:
        """What is to be handed over now."""
        async with self._database.reading() as db:
            pending = await store.PENDING.all(db, ids=ids)
            decided = await self._decisions.on(db, pending)
        if not decided:
            return []
        async with self._database.transaction() as tx:
            await store.LOCK_BEGINNING.execute(tx)
            numbers = [each.outgoing.number for _, each in decided if isinstance(each, Send)]
            under_way = {
                (each.template, each.number, each.content)
                for each in await store.UNDER_WAY.all(tx, numbers=numbers)
            }
            begun: list[_Begun] = []
            for message, decision in decided:
                match decision:
                    case Send(template, outgoing):
                        like = (template, outgoing.number, outgoing.content)
                        if like not in under_way and await self._begun(tx, message, decision):
                            under_way.add(like)
                            begun.append(_Begun(message.id, message.tries + 1, template, outgoing))
                    case PutOff(until):
                        await store.PUT_OFF.execute(
                            tx, message=message.id, this_try=message.tries, until=until
                        )
                    case GiveUp(reason):
                        await store.GIVE_UP.execute(
                            tx,
                            message=message.id,
                            this_try=message.tries,
                            why=reason,
                            now=self._clock.now(),
                        )
        return begun

    async def _begun(self, tx: Transaction, message: Pending, to_send: Send) -> bool:
        """False if somebody else began it meanwhile."""
        begun = await store.BEGIN.first(
            tx,
            message=message.id,
            this_try=message.tries,
            new_template=to_send.template,
            new_number=to_send.outgoing.number,
            new_content=to_send.outgoing.content,
            now=self._clock.now(),
        )
        return begun is not None

    async def _hand_all_over(self, begun: Sequence[_Begun], by: datetime) -> None:
        """An order a template; where one cannot be made now, the others need not wait for it."""
        orders: dict[str, list[_Begun]] = defaultdict(list)
        for each in begun:
            orders[each.template].append(each)
        while orders:
            template, group = orders.popitem()
            try:
                await self._hand_over(template, group, by)
            except TryLater:
                await self._take_back(list(chain.from_iterable(orders.values())))
                raise

    async def _hand_over(self, template: str, group: Sequence[_Begun], by: datetime) -> None:
        if self._clock.now() > by:
            # Whoever looks meanwhile may take the attempt for over, and send them itself.
            return
        try:
            fates = await self._alimtalk.send(template, [each.outgoing for each in group])
        except PerhapsDone:
            raise
        except TryLater:
            await self._take_back(group)
            raise
        except CannotBeDone:
            await self._refused(template, group, by)
            return
        async with self._database.transaction() as tx:
            for message, fate in zip(group, fates, strict=True):
                match fate:
                    case Taken():
                        await self._accepted(tx, message.id, message.this_try, fate)
                    case NotTaken(code):
                        await self._failed(tx, message, code)
                    case None:
                        """It is asked for when the attempt has settled."""

    async def _refused(self, template: str, group: Sequence[_Begun], by: datetime) -> None:
        """One message that the service does not like holds up no other of its order."""
        if len(group) > 1:
            for message in group:
                await self._hand_over(template, [message], by)
            return
        async with self._database.transaction() as tx:
            await self._failed(tx, group[0], REFUSED)

    async def _take_back(self, group: Sequence[_Begun]) -> None:
        async with self._database.transaction() as tx:
            for each in group:
                await store.TAKEN_BACK.execute(tx, message=each.id, this_try=each.this_try)

    async def _accepted(
        self, tx: Transaction, message_id: UUID, this_try: int, taken: Taken
    ) -> None:
        now = self._clock.now()
        await store.ACCEPTED.execute(
            tx,
            message=message_id,
            this_try=this_try,
            request=taken.request_id,
            provider=taken.message_id,
            now=now,
            ask_at=now + _FIRST_ASKED_AFTER,
        )

    async def _failed(self, tx: Transaction, message: _Begun, why: str) -> None:
        await store.FAILED.execute(
            tx, message=message.id, this_try=message.this_try, why=why, now=self._clock.now()
        )

    def _outcome(self, message: Standing | None) -> Exception | None:
        if message is None:
            return None
        if message.state is State.SENDING and message.sending_at is not None:
            left = message.sending_at + _SETTLED_AFTER - self._clock.now()
            return TryLater("it is not known yet whether it was taken", after=max(left, _SOON))
        if message.state is State.WAITING and message.due_at is None:
            return TryLater("one that reads the same is being sent", after=_SOON)
        if message.state is State.FAILED and message.reason == REFUSED:
            return CannotBeDone("the service refused the message")
        return None
