"""Messages over HTTP."""

from dodam.features.messaging.routes.messages import MessagesController, StaffMessagesController
from dodam.features.messaging.routes.notifications import NotificationsController

__all__ = ["MessagesController", "NotificationsController", "StaffMessagesController"]
