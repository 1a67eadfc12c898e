"""Facts about children."""

from uuid import UUID

from dodam.platform.database import Event


class ErasureDue(Event, frozen=True, tag="children.erasure_due.v1"):
    """A removed child's grace period is over."""

    child_id: UUID
