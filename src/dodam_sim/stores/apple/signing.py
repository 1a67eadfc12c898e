"""What the App Store signs, and the key with which an app's server asks it."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from joserfc import jws
from joserfc.jwk import ECKey
from msgspec import Struct

from dodam_sim.stores.apple.chain import Certified, Chain

_ALGORITHM = "ES256"


class Signer:
    """Signs with the leaf of a chain, and names the whole chain in each signature's head."""

    def __init__(self, chain: Chain) -> None:
        self.root_certificate = chain.root.der
        self._key = ec_key(chain.leaf.key)
        self._x5c = x5c([chain.leaf, chain.intermediate, chain.root])

    def sign(self, payload: Mapping[str, object]) -> str:
        """A compact JWS, as Apple's JWSTransaction, JWSRenewalInfo and signedPayload are."""
        header = {"alg": _ALGORITHM, "x5c": self._x5c}
        return jws.serialize_compact(header, json.dumps(payload), self._key, [_ALGORITHM])


class SubscriptionKey(Struct, frozen=True):
    """A key for in-app purchases, made in App Store Connect; the store keeps its public half.

    `file` is what Apple hands out once, as `SubscriptionKey_<key_id>.p8`.
    """

    key_id: str
    issuer_id: str
    file: bytes
    public_key: ECKey

    @classmethod
    def new(cls, key_id: str, issuer_id: str) -> "SubscriptionKey":
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return cls(key_id, issuer_id, pem, ECKey.import_key(public))


def x5c(certificates: Sequence[Certified]) -> list[str]:
    """The head's certificates, the signer's first (RFC 7515, section 4.1.6)."""
    return [b64encode(each.der).decode() for each in certificates]


def ec_key(key: ec.EllipticCurvePrivateKey) -> ECKey:
    return ECKey.import_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
