"""What billing does in the background."""

from uuid import UUID

from dodam.platform.work import Task


class ProcessNotification(Task, frozen=True, tag="billing.process_notification.v1"):
    """Have a store's message take effect."""

    notification_id: UUID


class AnswerConsumption(Task, frozen=True, tag="billing.answer_consumption.v1"):
    """Tell Apple what it wants to know before it decides on a refund."""

    notification_id: UUID


class DoDeed(Task, frozen=True, tag="billing.do_deed.v1"):
    """Have a store do what was asked of it about a subscription."""

    deed_id: UUID
