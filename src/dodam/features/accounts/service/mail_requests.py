"""How often mails may be asked for."""

from dodam.features.accounts.models.limits import AccountLimits
from dodam.features.accounts.service.addresses import counted_address
from dodam.platform.origin import Origin
from dodam.platform.rate_limit import RateLimits


class MailRequests:
    def __init__(self, rate_limits: RateLimits, limits: AccountLimits) -> None:
        self._rate_limits = rate_limits
        self._limits = limits

    async def spend(self, email: str, origin: Origin) -> None:
        """Count a mail to an address, known or not. Raises TooManyRequests.

        Whoever asks for more than their share uses up nobody's mailbox.
        """
        await self._rate_limits.spend(self._limits.mail_requests, origin.network)
        await self._rate_limits.spend(self._limits.mails, counted_address(email))
