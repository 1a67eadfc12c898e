"""What billing does in the background."""

from uuid import UUID

from dodam.platform.work import Task


class ProcessNotification(Task, frozen=True, tag="billing.process_notification.v1"):
    """Have a store's message take effect."""

    notification_id: UUID
