"""Facts about children that other features react to."""

from uuid import UUID

from dodam.platform.database import Event


class ChildRegistered(Event, frozen=True, tag="children.registered.v1"):
    child_id: UUID


class ChildHandsChanged(Event, frozen=True, tag="children.hands_changed.v1"):
    """The affected or dominant hand was corrected."""

    child_id: UUID
