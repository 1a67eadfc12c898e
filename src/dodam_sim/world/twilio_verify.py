"""Twilio Verify v2: makes codes, sends them, checks them, and remembers what it sent.

https://www.twilio.com/docs/verify/api/verification and …/verification-check; errors are those of
https://www.twilio.com/docs/api/errors.
"""

import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import uuid4

from litestar import Litestar, Request, Response, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from msgspec import Struct

from dodam_sim.serving import Service
from dodam_sim.shown import MOST_SHOWN, Shown

AnyRequest = Request[Any, Any, Any]
_LIFE = timedelta(minutes=10)
_MOST_SENDS = 5
_MOST_CHECKS = 5
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")


class SentCode(Struct, frozen=True):
    """What arrives on a phone."""

    at: datetime
    to: str
    code: str
    locale: str

    @property
    def text(self) -> str:
        """https://www.twilio.com/docs/verify/supported-languages, in English."""
        return f"Your dodam verification code is: {self.code}"


@dataclass
class TwilioAccount:
    account_sid: str = "AC" + "0" * 31 + "1"
    auth_token: str = "simulated-auth-token-of-the-demo"  # noqa: S105 - opens the simulation only
    service_sid: str = "VA" + "0" * 31 + "1"


@dataclass
class _Verification:
    to: str
    started_at: datetime
    sid: str = field(default_factory=lambda: f"VE{uuid4().hex}")
    code: str = field(default_factory=lambda: f"{secrets.randbelow(1_000_000):06}")
    sends: int = 0
    checks: int = 0


class _Refusal(HTTPException):
    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(status_code=status, detail=message)
        self.code = code


def _answer_refusal(_: AnyRequest, refusal: _Refusal) -> Response[Any]:
    answer = {
        "code": refusal.code,
        "message": refusal.detail,
        "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
        "status": refusal.status_code,
    }
    return Response(answer, status_code=refusal.status_code)


class TwilioVerify(Service):
    """`codes` are those sent so far; `landlines` and `blocked` are numbers it will not send to."""

    name = "twilio"

    def __init__(self, now: Callable[[], datetime], account: TwilioAccount | None = None) -> None:
        self.account = account or TwilioAccount()
        self.codes: list[SentCode] = []
        self.landlines: set[str] = set()
        self.blocked: set[str] = set()
        self._pending: dict[str, _Verification] = {}
        self._now = now

        @post("/v2/Services/{service_sid:str}/Verifications", status_code=201)
        async def start(request: AnyRequest, service_sid: FromPath[str]) -> dict[str, Any]:
            return self._start(await self._form(request, service_sid))

        @post("/v2/Services/{service_sid:str}/Verifications/{sid:str}", status_code=200)
        async def update(
            request: AnyRequest, service_sid: FromPath[str], sid: FromPath[str]
        ) -> dict[str, Any]:
            return self._update(await self._form(request, service_sid), sid)

        @post("/v2/Services/{service_sid:str}/VerificationCheck", status_code=200)
        async def check(request: AnyRequest, service_sid: FromPath[str]) -> dict[str, Any]:
            return self._check(await self._form(request, service_sid))

        super().__init__(
            Litestar(
                [start, update, check],
                openapi_config=None,
                logging_config=None,
                exception_handlers={_Refusal: _answer_refusal},
            )
        )

    @property
    def received(self) -> list[SentCode]:
        return self.codes

    def shown(self) -> list[Shown]:
        return [
            Shown(at=each.at, title="SMS", text=each.text, who=each.to)
            for each in self.codes[-MOST_SHOWN:]
        ]

    def forget_all(self) -> None:
        """As if ten minutes had passed."""
        self._pending.clear()

    async def _form(self, request: AnyRequest, service_sid: str) -> Mapping[str, str]:
        pair = f"{self.account.account_sid}:{self.account.auth_token}"
        expected = f"Basic {b64encode(pair.encode()).decode()}"
        if not compare_digest(expected, request.headers.get("authorization", "")):
            raise _Refusal(401, 20003, "Authenticate")
        if service_sid != self.account.service_sid:
            raise self._not_found(request.url.path)
        return {name: str(value) for name, value in (await request.form()).items()}

    def _start(self, form: Mapping[str, str]) -> dict[str, Any]:
        to = form.get("To", "")
        if not _E164.fullmatch(to):
            raise _Refusal(400, 60200, f"Invalid parameter `To`: {to}")
        if form.get("Channel") != "sms":
            raise _Refusal(400, 60200, "Invalid parameter: Channel")
        if to in self.landlines:
            raise _Refusal(403, 60205, "SMS is not supported by landline phone number")
        if to in self.blocked:
            raise _Refusal(403, 60410, "Verification delivery attempt blocked")
        pending = self._by_number(to) or _Verification(to, self._now())
        if pending.sends >= _MOST_SENDS:
            raise _Refusal(429, 60203, "Max send attempts reached")
        pending.sends += 1
        self._pending[pending.sid] = pending
        self.codes.append(SentCode(self._now(), to, pending.code, form.get("Locale", "en")))
        return self._described(pending, "pending")

    def _update(self, form: Mapping[str, str], sid: str) -> dict[str, Any]:
        pending = self._by_sid(sid)
        if pending is None:
            raise self._not_found(f"/v2/Services/{self.account.service_sid}/Verifications/{sid}")
        status = form.get("Status")
        if status not in {"canceled", "approved"}:
            raise _Refusal(400, 60200, "Invalid parameter: Status")
        del self._pending[sid]
        return self._described(pending, status)

    def _check(self, form: Mapping[str, str]) -> dict[str, Any]:
        if "Code" not in form or not form.keys() & {"To", "VerificationSid"}:
            raise _Refusal(400, 60200, "Missing required parameter")
        if "To" in form:
            pending = self._by_number(form["To"])
        else:
            pending = self._by_sid(form["VerificationSid"])
        if pending is None:
            raise self._not_found(f"/v2/Services/{self.account.service_sid}/VerificationCheck")
        if pending.checks >= _MOST_CHECKS:
            raise _Refusal(429, 60202, "Max check attempts reached")
        pending.checks += 1
        if form["Code"] != pending.code:
            return self._described(pending, "pending")
        del self._pending[pending.sid]
        return self._described(pending, "approved")

    def _by_sid(self, sid: str) -> _Verification | None:
        found = self._pending.get(sid)
        return found if found and self._now() < found.started_at + _LIFE else None

    def _by_number(self, to: str) -> _Verification | None:
        sids = [each.sid for each in self._pending.values() if each.to == to]
        return next((found for sid in sids if (found := self._by_sid(sid))), None)

    def _described(self, verification: _Verification, status: str) -> dict[str, Any]:
        return {
            "sid": verification.sid,
            "service_sid": self.account.service_sid,
            "account_sid": self.account.account_sid,
            "to": verification.to,
            "channel": "sms",
            "status": status,
            "valid": status == "approved",
        }

    def _not_found(self, path: str) -> _Refusal:
        resource = path.removeprefix("/v2")
        return _Refusal(404, 20404, f"The requested resource {resource} was not found")
