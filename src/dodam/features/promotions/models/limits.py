"""How often codes may be tried."""

from msgspec import Struct

from dodam.platform.rate_limit import Limit


class CodeLimits(Struct, frozen=True):
    """`redemptions` are an account's tries, right and wrong; `wrong_codes` are a network's."""

    redemptions: Limit
    wrong_codes: Limit
