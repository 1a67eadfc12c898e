"""Bad records: each must be refused, with the reason named, and must never be counted."""

from collections.abc import Mapping
from random import Random

from dodam_sim.families.tablet import Record, Rejection

_NO_SUCH_MOTION = "moon_walk"
_WRONG_FIELDS: Mapping[str, object] = {
    "id": "tablet-1-record-42",
    "duration_ms": -1,
    "repetitions": 10_001,
    "accuracy": 1.2,
    "hand": "middle",
    "started_at": "2026-02-30T10:00:00Z",
    "score": -5,
    "difficulty": 11,
    "label": "jazz_hands",
    "device": "x" * 101,
    "payload": {"frames": "." * 17_000},
    "session_id": "not-a-uuid",
}
_KINDS = (*_WRONG_FIELDS, "successes", "motion", "zone", "missing")


def spoil(record: Record, new_id: str, chance: Random) -> Record:
    """Return a bad record made from a good one, under an id of its own."""
    content = {**record.content, "id": new_id}
    kind = chance.choice(_KINDS)
    match kind:
        case "successes":
            content |= {"repetitions": 5, "successes": 6}
            return Record(content, rejection=Rejection(field="successes"))
        case "motion":
            content |= {"motion": _NO_SUCH_MOTION}
            return Record(content, rejection=Rejection(field="motion", code="unknown_motion"))
        case "zone":
            # A time of day that could be anywhere on earth.
            content |= {"started_at": "2026-03-01T10:00:00"}
            return Record(content, rejection=Rejection(field="started_at"))
        case "missing":
            del content["duration_ms"]
            return Record(content, rejection=Rejection(field="duration_ms"))
        case _:
            content |= {kind: _WRONG_FIELDS[kind]}
            return Record(content, rejection=Rejection(field=kind))


def spoil_event(record: Record, new_id: str) -> Record:
    """Return a bad session event made from a good one, under an id of its own."""
    content = {**record.content, "id": new_id, "kind": "fell_asleep"}
    return Record(content, rejection=Rejection(field="kind"))


def reuse_id(record: Record) -> Record:
    """Return other content under the id of a record that is stored already."""
    content = {**record.content, "device": "a tablet that mistook ids"}
    return Record(content, rejection=Rejection(code="id_reused"))
