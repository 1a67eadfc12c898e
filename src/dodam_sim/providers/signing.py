"""Keys a simulated provider signs with, as real ones have them: several, which rotate."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

_ALGORITHM = "RS256"


class SigningKeys:
    """The newest of two signs, both are published."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._keys: list[tuple[str, RSAKey]] = []
        self.rotate()

    def rotate(self) -> None:
        """Sign with a new key from now on, and publish the one before beside it."""
        name = f"simulated-{next(self._numbers)}"
        self._keys = [*self._keys[-1:], (name, RSAKey.generate_key(2048))]

    def forget_old(self) -> None:
        """Publish the newest key only."""
        self._keys = self._keys[-1:]

    def sign(self, claims: Mapping[str, object]) -> str:
        name, key = self._keys[-1]
        header = {"alg": _ALGORITHM, "kid": name}
        return jwt.encode(header, dict(claims), key, algorithms=[_ALGORITHM])

    def published(self) -> dict[str, Any]:
        """A JWK set (RFC 7517 section 5)."""
        return {
            "keys": [
                {**key.as_dict(private=False), "kid": name, "use": "sig", "alg": _ALGORITHM}
                for name, key in self._keys
            ]
        }
