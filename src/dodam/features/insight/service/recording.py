"""Recording what the server knows; consent decides whether."""

from datetime import datetime
from uuid import UUID, uuid5

from dodam.features.insight.models.events import BehaviourEvent, SendBehaviourEvent
from dodam.features.insight.models.people import Person
from dodam.features.insight.models.registry import App, Known, properties
from dodam.features.insight.service.people import People
from dodam.platform.database import Transaction


class Recorder:
    def __init__(self, people: People) -> None:
        self._people = people

    async def note(
        self, tx: Transaction, account_id: UUID, event: Known, *, at: datetime, fact: str
    ) -> None:
        """Have an event sent if the account's holder consents; `fact` tells it from others like it.

        It is in the transaction of what happened, or of its delivery.
        """
        person = await self._people.hold(tx, account_id)
        if isinstance(person, Person):
            await tx.enqueue(SendBehaviourEvent(event=told(person, event, at=at, fact=fact)))


def told(
    person: Person, event: Known, *, at: datetime, fact: str, app: App | None = None
) -> BehaviourEvent:
    """The event as it leaves.

    Nobody can get from the insert id to ours, nor from one pseudonym of a person to another.
    """
    name = str(event.__struct_config__.tag)
    about_app = {} if app is None else {"platform": app.platform, "app_version": app.version}
    return BehaviourEvent(
        distinct_id=person.distinct_id,
        insert_id=uuid5(person.distinct_id, f"{name} {fact}"),
        name=name,
        at=at,
        properties={**about_app, **properties(event)},
    )
