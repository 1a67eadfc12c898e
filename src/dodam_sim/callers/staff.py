"""Joining the staff by an invitation, with a second factor, as an authenticator app has it."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from pyotp.totp import TOTP

from dodam_sim.callers.api import Api, Person, UnexpectedStatusError


async def treat(staff: Person, child: UUID) -> None:
    """Join the care team of a child, as who manages caseloads may."""
    me = await staff.get("/staff/me")
    await staff.put(f"/staff/children/{child}/care-team/{me['member']['id']}", None)


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


async def publish(staff: Person, game: str, definition: Mapping[str, Any]) -> int:
    """Publish a game as it is defined; the number of the version. Raises UnexpectedStatusError."""
    written = await staff.call("GET", f"/staff/games/{game}")
    draft = written.json().get("draft") if written.is_success else None
    form = {"edit": draft["edit"] if draft else 0, "definition": definition}
    edit = (await staff.put(f"/staff/games/{game}/draft", form))["edit"]
    return (await staff.post(f"/staff/games/{game}/publish", {"edit": edit}))["version"]
