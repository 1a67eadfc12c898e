"""Codes of authenticator apps (TOTP, RFC 6238): six digits of HMAC-SHA-1, new every 30 seconds."""

import pyotp
from pyotp.totp import TOTP
from pyotp.utils import strings_equal

from dodam.features.accounts.models.staff import Code, SecondFactor
from dodam.platform.clock import Clock
from dodam.platform.encryption import Cipher

_ISSUER = "dodam"
_STEP_SECONDS = 30
# Clocks differ, and typing takes time: one step early or late (RFC 6238 section 5.2).
_STEPS_AWAY = (-1, 0, 1)


class SecondFactors:
    """Makes secrets, which are kept sealed, and checks codes."""

    def __init__(self, clock: Clock, cipher: Cipher) -> None:
        self._clock = clock
        self._cipher = cipher

    def new(self, email: str) -> tuple[bytes, SecondFactor]:
        """A sealed secret of 160 bits, and the same as an authenticator app is given it."""
        secret = pyotp.random_base32()
        uri = TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER)
        return self._cipher.seal(secret), SecondFactor(secret, uri)

    def step(self, sealed: bytes, code: Code, after: int | None = None) -> int | None:
        """The time step a right code is of.

        None for a wrong code, and for one of the step `after` or an earlier one: a code opens once
        (RFC 6238 section 5.2).
        """
        totp = TOTP(self._cipher.reveal(sealed))
        now = int(self._clock.now().timestamp()) // _STEP_SECONDS
        for step in (now + away for away in _STEPS_AWAY):
            if (after is None or step > after) and strings_equal(totp.generate_otp(step), code):
                return step
        return None
