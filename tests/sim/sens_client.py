"""A client of SENS that signs as the guide says, on a clock that a test moves."""

import hmac
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from dodam_sim.world.sens.account import SensAccount
from dodam_sim.world.sens.service import Sens


def signed(account: SensAccount, path: str, at: datetime, method: str = "POST") -> dict[str, str]:
    """https://api.ncloud-docs.com/docs/en/common-ncpapi."""
    timestamp = str(int(at.timestamp() * 1000))
    message = f"{method} {path}\n{timestamp}\n{account.access_key}"
    digest = hmac.digest(account.secret_key.encode(), message.encode(), "sha256")
    return {
        "x-ncp-apigw-timestamp": timestamp,
        "x-ncp-iam-access-key": account.access_key,
        "x-ncp-apigw-signature-v2": b64encode(digest).decode(),
    }


@dataclass
class SensClient:
    """`now` is the clock of both sides."""

    now: datetime
    sens: Sens
    http: httpx.AsyncClient

    @property
    def sms_path(self) -> str:
        return f"/sms/v2/services/{self.sens.account.service_id}/messages"

    @property
    def talk_path(self) -> str:
        return f"/alimtalk/v2/services/{self.sens.account.talk_service_id}/messages"

    async def post(self, path: str, body: Any) -> httpx.Response:
        headers = signed(self.sens.account, path, self.now)
        return await self.http.post(path, json=body, headers=headers)

    async def get(self, path: str, **query: str) -> httpx.Response:
        if query:
            path = f"{path}?{urlencode(query)}"
        return await self.http.get(path, headers=signed(self.sens.account, path, self.now, "GET"))

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@asynccontextmanager
async def sens_client(account: SensAccount, now: datetime) -> AsyncGenerator[SensClient]:
    sens = Sens(lambda: client.now, account)
    transport = httpx.ASGITransport(app=sens)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url="http://sens") as http:
        client = SensClient(now, sens, http)
        yield client
