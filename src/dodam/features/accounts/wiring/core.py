"""What every part of the accounts feature is built on."""

from dataclasses import dataclass

from dodam.features.accounts.models.limits import AccountLimits
from dodam.features.accounts.service.letters import Letters
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens
from dodam.features.accounts.service.passwords import PasswordRules
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.audit.service import Audit
from dodam.platform.encryption import Cipher
from dodam.platform.passwords import Passwords
from dodam.platform.rate_limit import RateLimits


@dataclass(frozen=True)
class Core:
    passwords: Passwords
    password_rules: PasswordRules
    cipher: Cipher
    rate_limits: RateLimits
    limits: AccountLimits
    sessions: Sessions
    one_time_tokens: OneTimeTokens
    audit: Audit
    letters: Letters
