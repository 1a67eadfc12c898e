"""Writing to the simulated Mixpanel."""

from typing import Any

import httpx

from dodam_sim.world.mixpanel import MixpanelAccount
from tests.clock import NOON

URL = "http://mixpanel"
ACCOUNT = MixpanelAccount()
STRICT = {"strict": "1", "project_id": ACCOUNT.project_id}
GDPR = {"authorization": f"Bearer {ACCOUNT.oauth_token}"}
TOKEN = {"token": ACCOUNT.project_token}
DELETIONS = "/api/app/data-deletions/v3.0/"


def an_event(number: int = 1, **properties: Any) -> dict[str, Any]:
    return {
        "event": "session finished",
        "properties": {
            "time": int(NOON.timestamp() * 1000),
            "distinct_id": "guardian-1",
            "$insert_id": f"event-{number}",
            **properties,
        },
    }


async def send(http: httpx.AsyncClient, *events: Any, **params: str) -> httpx.Response:
    return await http.post("/import", params={**STRICT, **params}, json=events)


async def engage(http: httpx.AsyncClient, *updates: Any, **params: str) -> httpx.Response:
    return await http.post("/engage", params=params, json=updates)


def an_update(distinct_id: str = "guardian-1", **operation: Any) -> dict[str, Any]:
    operation = {f"${name}": value for name, value in operation.items()}
    return {"$token": ACCOUNT.project_token, "$distinct_id": distinct_id, **operation}
