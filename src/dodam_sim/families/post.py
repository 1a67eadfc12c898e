"""How a child's records reach the server: soon or days late, in any order, some of them twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from dodam_sim.families.chance import lucky, stream, uuid7
from dodam_sim.families.persona import Child
from dodam_sim.families.plays import Session
from dodam_sim.families.spoilt import reuse_id, spoil
from dodam_sim.families.tablet import LARGEST_UPLOAD, Record, Tablet, Upload, write_record
from dodam_sim.families.therapy_day import instant

_LONGEST_OFFLINE = 12
"""Sessions after which even an offline tablet has found a network."""


def uploads_of(
    child: Child, sessions: Sequence[Session], tablets: Sequence[Tablet]
) -> list[Upload]:
    """Return every upload of a child's sessions, in the order the tablets send them.

    Each play is in at least one upload.
    """
    chance = stream(child.id, "uploads")
    boxes = [_Outbox(child, tablet, chance) for tablet in tablets]
    uploads: list[Upload] = []
    for session in sessions:
        uploads += boxes[session.tablet].note(session)
    for box in boxes:
        uploads += box.finish()
    return uploads


def replayed(uploads: Sequence[Upload], child: Child, turn: int) -> list[Upload]:
    """Return the same uploads in another order, each with its records in another order."""
    chance = stream(child.id, "replay", turn)
    shuffled = [
        replace(upload, records=tuple(chance.sample(upload.records, k=len(upload.records))))
        for upload in uploads
    ]
    chance.shuffle(shuffled)
    return shuffled


@dataclass(slots=True)
class _Outbox:
    """What one tablet still has to send for one child, and what it sent before."""

    child: Child
    tablet: Tablet
    chance: Random
    waiting: list[Record] = field(default_factory=list[Record])
    sent: list[Record] = field(default_factory=list[Record])
    again: list[Upload] = field(default_factory=list[Upload])
    offline_for: int = 0

    def note(self, session: Session) -> Iterator[Upload]:
        """Take in a session that has just ended and send, if there is a network."""
        days = self.child.days
        self.waiting += [write_record(play, self.tablet, days) for play in session.plays]
        if self.offline_for > 0:
            self.offline_for -= 1
        elif lucky(self.chance, self.tablet.offline):
            self.offline_for = self.chance.randint(1, _LONGEST_OFFLINE)
        else:
            today = days.day_of(session.plays[0].started_at)
            yield from self._send(today)

    def finish(self) -> Iterator[Upload]:
        """Send what is left, and then a few changed records under ids that are taken."""
        yield from self._send(self.child.last_day)
        yield from self.again
        changed = tuple(reuse_id(record) for record in self.sent if lucky(self.chance, 0.005))
        if changed:
            yield Upload(self.child.id, self.tablet, changed[:LARGEST_UPLOAD])

    def _send(self, today: date) -> Iterator[Upload]:
        records, self.waiting = self.waiting, []
        if lucky(self.chance, 0.15):
            self.chance.shuffle(records)
        if self.again and lucky(self.chance, 0.5):
            yield self.again.pop()
        while records:
            size = self._size(len(records))
            upload = self._upload(records[:size], today)
            del records[:size]
            # An answer that is late or lost: the tablet sends the same again, at once or later.
            yield replace(upload, hasty=lucky(self.chance, 0.03))
            if lucky(self.chance, 0.03):
                yield upload
            if lucky(self.chance, 0.03):
                self.again.append(upload)

    def _size(self, waiting: int) -> int:
        """Return how many go together: mostly all that wait, sometimes a part or a single one."""
        kind = self.chance.choices(("all", "part", "one"), weights=(80, 12, 8))[0]
        return {"all": min(waiting, LARGEST_UPLOAD), "part": min(waiting, 7), "one": 1}[kind]

    def _upload(self, records: Sequence[Record], today: date) -> Upload:
        batch = list(records)
        late = any(record.day is not None and record.day < today for record in batch)
        room = LARGEST_UPLOAD - len(batch)
        if room and lucky(self.chance, 0.1):
            # A record of this very upload, or of an earlier one, once more.
            batch.append(self.chance.choice([*self.sent, *records]))
        if room > 1 and lucky(self.chance, 0.06):
            new_id = uuid7(instant(today, 0, self.child.days.zone), self.chance)
            batch.append(spoil(self.chance.choice(records), str(new_id), self.chance))
        self.sent += records
        return Upload(self.child.id, self.tablet, tuple(batch), late=late)
