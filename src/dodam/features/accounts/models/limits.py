"""How often what may be asked of accounts."""

from msgspec import Struct

from dodam.platform.rate_limit import Limit


class AccountLimits(Struct, frozen=True):
    """By network where not said otherwise; a network is an IPv4 address or an IPv6 /64."""

    sign_ups: Limit
    # Also by account, of what is hashed for whoever is signed in.
    sign_ins: Limit
    # By account and device: a stranger's failures use up the strangers' share only.
    failed_sign_ins: Limit
    refreshes: Limit
    # By address written to.
    mails: Limit
    mail_requests: Limit
    # By number called, and by account.
    codes: Limit
    code_requests: Limit
    # By key.
    api_key_calls: Limit
