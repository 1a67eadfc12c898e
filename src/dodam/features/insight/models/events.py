"""A behaviour event as it leaves, and the work that is done with it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Struct

from dodam.platform.masking.sensitive import Sensitive
from dodam.platform.work import Task


class BehaviourEvent(Struct, frozen=True):
    """What somebody did. `distinct_id` is the pseudonym; no id of ours is in it.

    `insert_id` follows from the fact, so that an event which is sent twice counts once.
    """

    distinct_id: UUID
    insert_id: UUID
    name: str
    at: datetime
    properties: Annotated[dict[str, bool | int | str], Sensitive]


class SendBehaviourEvent(Task, frozen=True, tag="insight.send_behaviour_event.v1"):
    """It carries the event itself: what happened does not change. Consent is read when it is done.

    So the queue's row is the only place that holds an event, and none stays once it is sent.
    """

    event: BehaviourEvent


class ForgetPerson(Task, frozen=True, tag="insight.forget_person.v1"):
    """Have the analytics service delete all it has of a pseudonym, and make sure that it did."""

    distinct_id: UUID


class DeletionState(StrEnum):
    """Where a deletion at the analytics service stands; a lost one is to be asked for again."""

    UNDER_WAY = "under_way"
    DONE = "done"
    LOST = "lost"
