"""What billing does in the background."""

from typing import Annotated
from uuid import UUID

from dodam.features.billing.models.reconciliation import Because
from dodam.features.billing.models.stores import Environment
from dodam.platform.masking.sensitive import Sensitive
from dodam.platform.work import Task


class ProcessNotification(Task, frozen=True, tag="billing.process_notification.v1"):
    """Have a store's message take effect."""

    notification_id: UUID


class AnswerConsumption(Task, frozen=True, tag="billing.answer_consumption.v1"):
    """Tell Apple what it wants to know before it decides on a refund."""

    notification_id: UUID


class DoDeedAtApple(Task, frozen=True, tag="billing.do_deed_at_apple.v1"):
    """Have Apple do what was asked of it about a subscription."""

    deed_id: UUID


class DoDeedAtGoogle(Task, frozen=True, tag="billing.do_deed_at_google.v1"):
    """Have Google do what was asked of it about a subscription."""

    deed_id: UUID


class LookUpAtApple(Task, frozen=True, tag="billing.look_up_at_apple.v1"):
    """Ask Apple about the subscription that a message only names, and have that take effect."""

    notification_id: UUID


class LookUpAtGoogle(Task, frozen=True, tag="billing.look_up_at_google.v1"):
    """Ask Google about the purchase that a message names, and have that take effect."""

    notification_id: UUID


class PullNotifications(Task, frozen=True, tag="billing.pull_notifications.v1"):
    """Fetch the messages that wait at Google's Pub/Sub."""


class TakeStock(Task, frozen=True, tag="billing.take_stock.v1"):
    """Look at what dates alone have changed of a subscription."""

    subscription_id: UUID


class AcknowledgePurchase(Task, frozen=True, tag="billing.acknowledge_purchase.v1"):
    """Tell Google that a purchase arrived."""

    subscription_id: UUID


class ClaimPurchase(Task, frozen=True, tag="billing.claim_purchase.v1"):
    """Ask Google about a purchase that was handed in while it was away."""

    account_id: UUID
    digest: Annotated[bytes, Sensitive]


class AskApple(Task, frozen=True, tag="billing.ask_apple.v1"):
    """Have Apple say what it knows of a subscription."""

    environment: Environment
    key: Annotated[str, Sensitive]
    because: Because


class AskGoogle(Task, frozen=True, tag="billing.ask_google.v1"):
    """Have Google say what it knows of a subscription."""

    environment: Environment
    key: Annotated[str, Sensitive]
    because: Because


class ReadHistory(Task, frozen=True, tag="billing.read_history.v1"):
    """Fetch the messages that Apple sent, or tried to, since that was last looked at."""

    environment: Environment


class ReadVoided(Task, frozen=True, tag="billing.read_voided.v1"):
    """Ask about the purchases that Google gave money back for since that was last looked at."""


class JudgeDrift(Task, frozen=True, tag="billing.judge_drift.v1"):
    """Find out whether what was found had been late, or is missing."""

    drift_id: UUID
