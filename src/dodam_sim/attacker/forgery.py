"""Access tokens that the server never issued, made of one it did."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey


def forgeries(token: str, account_id: str) -> dict[str, str]:
    """Tokens for the account `account_id`, by how each was forged (RFC 8725 section 2)."""
    header, claims, signature = token.split(".")
    wanted = {**_read(claims), "sub": account_id}
    own = ECKey.generate_key("P-256")
    head = _read(header)
    return {
        "no algorithm": f"{_write({**head, 'alg': 'none'})}.{_write(wanted)}.",
        "no algorithm, spelled otherwise": f"{_write({**head, 'alg': 'NoNe'})}.{_write(wanted)}.",
        "claims changed": f"{header}.{_write(wanted)}.{signature}",
        "hashed instead of signed": _hashed({**head, "alg": "HS256"}, wanted),
        "signed with a key of one's own": _signed(head, wanted, own),
        "a key of one's own in the header": _signed(
            {**head, "jwk": own.as_dict(private=False)}, wanted, own
        ),
        "a key file of one's own named": _signed(
            {**head, "kid": "../../../../dev/null"}, wanted, own
        ),
        "for another audience": _signed(head, {**wanted, "aud": "elsewhere"}, own),
        "staff by one's own word": ".".join(
            (header, _write({**wanted, "kind": "staff", "roles": ["admin"]}), signature)
        ),
        "an empty signature": f"{header}.{claims}.",
        "no token at all": "x.y.z",
    }


def _signed(head: dict[str, Any], claims: dict[str, Any], key: ECKey) -> str:
    header = {name: value for name, value in head.items() if name != "jwk"}
    token = jwt.encode(header, claims, key, algorithms=["ES256"])
    if "jwk" not in head:
        return token
    _, body, signature = token.split(".")
    return f"{_write(head)}.{body}.{signature}"


def _hashed(head: dict[str, Any], claims: dict[str, Any]) -> str:
    signed = f"{_write(head)}.{_write(claims)}"
    mac = hmac.digest(b"dodam", signed.encode(), hashlib.sha256)
    return f"{signed}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


def _read(part: str) -> dict[str, Any]:
    return msgspec.json.decode(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _write(part: dict[str, Any]) -> str:
    return urlsafe_b64encode(msgspec.json.encode(part)).decode().rstrip("=")
