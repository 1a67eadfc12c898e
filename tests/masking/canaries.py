"""Made-up people and secrets, put wherever the API takes something, and looked for in the log."""

import itertools
from base64 import urlsafe_b64encode
from typing import Any

A_JWT = ".".join(
    urlsafe_b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"ES256"}', b'{"sub":"somebody"}', b"signature")
)
# Each with what of it must be nowhere.
CANARIES = {
    "name": ("금나리아", "금나리아"),
    "email": ("canary.parent@canary-mail.example", "canary"),
    "phone": ("+82 10-9876-4321", "9876-4321"),
    "rrn": ("180312-3987654", "180312-3987654"),
    "card": ("4000 0566 5566 5556", "5566 5556"),
    "jwt": (A_JWT, "eyJ"),
    "password": ("Hunter2-nightingale-Pass", "nightingale"),
    "token": ("k7Yx_Qm2Zt9" * 4, "Qm2Zt9"),
    "receipt": ("MIIT0wYJ" * 6, "MIIT0wYJ"),
    "birth_date": ("2018-03-12", "2018-03-12"),
    "note": ("왼손이 아파해요", "아파해요"),
}
_RIGHT_FOR = {
    **dict.fromkeys(("email", "accounts"), "email"),
    **dict.fromkeys(("password", "old_password", "new_password"), "password"),
    **dict.fromkeys(("name", "device", "institution", "nickname"), "name"),
    **dict.fromkeys(("notes", "note", "reason"), "note"),
    **dict.fromkeys(("token", "refresh_token", "nonce", "code", "trusted_device"), "token"),
    **dict.fromkeys(("authorization_code", "purchase_token", "word", "data"), "receipt"),
    **dict.fromkeys(("id_token", "payload", "signedPayload", "signed_transaction"), "jwt"),
    "number": "phone",
    "birth_date": "birth_date",
}


def found_in(written: str) -> set[str]:
    """The names of the canaries whose telling part stands in a text."""
    return {name for name, (_, telling) in CANARIES.items() if telling in written}


def right(example: Any, key: str = "") -> Any:
    """The example with canaries where a person or a secret belongs: it may well be taken."""
    if isinstance(example, dict):
        return {name: right(value, name) for name, value in example.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(example, list):
        return [right(value, key) for value in example]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(example, str) and key in _RIGHT_FOR:
        return CANARIES[_RIGHT_FOR[key]][0]
    return example


def wrong(example: Any) -> Any:
    """The example with a canary in the place of every word, number, id and choice."""
    canaries = itertools.cycle(canary for canary, _ in CANARIES.values())

    def replaced(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: replaced(each) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
        if isinstance(value, list):
            return [replaced(each) for each in value] or [next(canaries)]  # pyright: ignore[reportUnknownVariableType]
        return next(canaries)

    everything = {name: canary for name, (canary, _) in CANARIES.items()}
    return {**replaced(example), **everything} if isinstance(example, dict) else everything
