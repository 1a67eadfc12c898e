"""What promotions do in the background."""

from uuid import UUID

from dodam.platform.work import Task


class IssueCodes(Task, frozen=True, tag="promotions.issue_codes.v1"):
    """Make the codes of a promotion ready to be redeemed."""

    promotion_id: UUID
