"""Deleting all data of a person: https://docs.mixpanel.com/reference/gdpr-api, v3."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from msgspec import Struct

# "It may take up to 30 days"; until the job starts it can be cancelled.
_WAITS = timedelta(hours=1)
_TAKES = timedelta(days=1)
_KEPT = 1000


class Deletion(Struct, kw_only=True):
    """An order to forget people; events and profiles of theirs are gone once it is `SUCCESS`."""

    tracking_id: str
    at: datetime
    distinct_ids: list[str]
    compliance_type: str
    status: str = "PENDING"


class Deletions:
    def __init__(self) -> None:
        self.all: dict[str, Deletion] = {}

    def order(self, distinct_ids: list[str], compliance_type: str, now: datetime) -> Deletion:
        deletion = Deletion(
            tracking_id=str(uuid4()),
            at=now,
            distinct_ids=distinct_ids,
            compliance_type=compliance_type,
        )
        self.all[deletion.tracking_id] = deletion
        if len(self.all) > _KEPT:
            del self.all[next(iter(self.all))]
        return deletion

    def cancel(self, deletion: Deletion) -> bool:
        if deletion.status == "PENDING":
            deletion.status = "REVOKED"
        return deletion.status == "REVOKED"

    def work(self, now: datetime) -> Iterable[str]:
        """Go on with what was ordered; whom to forget now."""
        for deletion in self.all.values():
            if deletion.status == "PENDING" and now >= deletion.at + _WAITS:
                deletion.status = "STARTED"
            if deletion.status == "STARTED" and now >= deletion.at + _TAKES:
                deletion.status = "SUCCESS"
                yield from deletion.distinct_ids


def described(deletion: Deletion, project_id: str) -> dict[str, Any]:
    return {
        "tracking_id": deletion.tracking_id,
        "status": deletion.status,
        "requesting_user": "staff@dodam.example",
        "compliance_type": deletion.compliance_type,
        "project_id": int(project_id),
        "date_requested": deletion.at.replace(tzinfo=None).isoformat(),
        "distinct_ids": deletion.distinct_ids,
    }
