"""People who sign in with Google or Apple, and the calls their tablets make."""

from dataclasses import dataclass
from typing import Any

import httpx

from dodam_sim.providers.apple import Apple, AppleAccount
from dodam_sim.providers.google import Google, GoogleAccount
from tests.families import Guardian

from .calls import new_address


@dataclass
class People:
    http: httpx.AsyncClient
    google: Google
    apple: Apple

    def googler(self, **fields: Any) -> GoogleAccount:
        return GoogleAccount.new(fields.pop("email", new_address()), **fields)

    def apple_user(self, **fields: Any) -> AppleAccount:
        return AppleAccount.new(fields.pop("email", new_address()), **fields)

    async def nonce(self) -> str:
        answer = await self.http.post("/v1/auth/nonces")
        assert answer.status_code == 201, answer.text
        return answer.json()["nonce"]

    async def google_proof(self, account: GoogleAccount, **claims: object) -> dict[str, Any]:
        """What the app holds once the person signed in at Google; `claims` forge the token."""
        nonce = await self.nonce()
        return {"id_token": self.google.id_token(account, nonce, **claims), "nonce": nonce}

    async def apple_proof(
        self, account: AppleAccount, *, redirect_uri: str | None = None, **claims: object
    ) -> dict[str, Any]:
        """What the app holds once the person signed in at Apple; the name is apart."""
        nonce = await self.nonce()
        credential = self.apple.sign_in(account, nonce, redirect_uri=redirect_uri, **claims)
        return {
            "id_token": credential.id_token,
            "authorization_code": credential.authorization_code,
            "nonce": nonce,
        }

    async def with_google(self, account: GoogleAccount, **form: Any) -> httpx.Response:
        proof = await self.google_proof(account)
        return await self.http.post("/v1/auth/google", json={**proof, **form})

    async def with_apple(self, account: AppleAccount, **form: Any) -> httpx.Response:
        proof = await self.apple_proof(account)
        return await self.http.post("/v1/auth/apple", json={**proof, **form})

    async def guardian_with_google(self, account: GoogleAccount) -> Guardian:
        return self._signed_in(await self.with_google(account))

    async def guardian_with_apple(self, account: AppleAccount) -> Guardian:
        return self._signed_in(await self.with_apple(account))

    async def notify(self, account: AppleAccount, kind: str, **changes: Any) -> httpx.Response:
        """Apple tells the server of a change."""
        body = self.apple.notification(account, kind, **changes)
        return await self.http.post("/v1/auth/apple/events", json=body)

    def _signed_in(self, answer: httpx.Response) -> Guardian:
        assert answer.status_code in {200, 201}, answer.text
        return Guardian(self.http, answer.json()["account"]["email"], answer.json())


async def methods(guardian: Guardian) -> list[str]:
    return [each["method"] for each in await guardian.get("/auth/methods")]
