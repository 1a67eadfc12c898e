"""How what tablets tell of sessions reaches the server: beside the plays, before or after them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from dodam_sim.families.chance import lucky, stream, uuid7
from dodam_sim.families.persona import Child
from dodam_sim.families.spoilt import spoil_event
from dodam_sim.families.tablet import SESSION_EVENTS, Record, Tablet, Upload, write_event
from dodam_sim.families.telling import Told
from dodam_sim.families.therapy_day import instant

_MOST_AT_ONCE = 60


def with_events(
    child: Child, uploads: Sequence[Upload], told: Sequence[Told], tablets: Sequence[Tablet]
) -> list[Upload]:
    """Return the uploads of plays, in their order, with those of events anywhere among them."""
    chance = stream(child.id, "uploads of events")
    mixed = list(uploads)
    for number, tablet in enumerate(tablets):
        records = [
            write_event(event, tablet, child.days)
            for each in told
            if each.tablet == number
            for event in each.events
        ]
        for upload in _uploads(child, tablet, records, chance):
            mixed.insert(chance.randint(0, len(mixed)), upload)
    return mixed


def _uploads(
    child: Child, tablet: Tablet, records: Sequence[Record], chance: Random
) -> Iterator[Upload]:
    """Every event in at least one upload, some of which are sent twice."""
    waiting = list(records)
    if lucky(chance, 0.3):
        chance.shuffle(waiting)
    while waiting:
        size = chance.randint(1, _MOST_AT_ONCE)
        batch, waiting = waiting[:size], waiting[size:]
        if lucky(chance, 0.2):
            batch.append(chance.choice(records))
        if lucky(chance, 0.1):
            new_id = uuid7(instant(child.last_day, 0, child.days.zone), chance)
            batch.append(spoil_event(batch[0], str(new_id)))
        upload = Upload(child.id, tablet, tuple(batch), SESSION_EVENTS)
        yield replace(upload, hasty=lucky(chance, 0.1))
        if lucky(chance, 0.1):
            yield upload
