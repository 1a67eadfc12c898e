"""Joining the staff by an invitation, with a second factor, as an authenticator app has it."""

import secrets
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from pyotp.totp import TOTP

from dodam_sim.callers.api import Api, Person, UnexpectedStatusError


async def join(api: Api, invitation: str) -> Person:
    """Accept an invitation, given as the link that `dodam invite-admin` prints.

    Raises UnexpectedStatusError if it was accepted before, or is too old.
    """
    [token] = parse_qs(urlsplit(invitation).query)["token"]
    answer = await api.send("POST", "/v1/staff/enrolment", json={"token": token})
    if not answer.is_success:
        raise UnexpectedStatusError("POST /v1/staff/enrolment", answer)
    form = {
        "token": token,
        "password": f"한밤의 {secrets.token_urlsafe(12)}",
        "code": TOTP(answer.json()["secret"]).at(datetime.now(UTC)),
    }
    answer = await api.send("POST", "/v1/staff/join", json=form)
    if not answer.is_success:
        raise UnexpectedStatusError("POST /v1/staff/join", answer)
    return Person(api, answer.json()["access_token"])
