"""Signing up, in and out, and exchanging tokens, as a device would."""

from typing import Any
from uuid import uuid4

import httpx

from tests.families import PASSWORD


def new_address() -> str:
    return f"{uuid4().hex[:12]}@dodam.example"


async def sign_up(http: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    form = {"email": new_address(), "password": PASSWORD, "name": "김하늘", **fields}
    return await http.post("/v1/auth/sign-up", json=form)


async def sign_in(
    http: httpx.AsyncClient, email: str, password: str = PASSWORD, **fields: Any
) -> httpx.Response:
    form = {"email": email, "password": password, **fields}
    return await http.post("/v1/auth/sign-in", json=form)


async def refresh(http: httpx.AsyncClient, tokens: dict[str, Any]) -> httpx.Response:
    form = {"refresh_token": tokens["refresh_token"]}
    return await http.post("/v1/auth/refresh", json=form)


async def list_children(http: httpx.AsyncClient, access_token: str) -> httpx.Response:
    """Any call that needs a signed-in guardian."""
    headers = {"authorization": f"Bearer {access_token}"}
    return await http.get("/v1/children", headers=headers)
