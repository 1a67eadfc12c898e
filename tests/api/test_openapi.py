"""L10 and deny by default: the API's description is whole, true, and everything needs a sign-in."""

from typing import Any

import httpx
import pytest

PUBLIC = {
    "/v1/auth/sign-up",
    "/v1/auth/sign-in",
    "/v1/auth/refresh",
    "/health/live",
    "/health/ready",
}


def _operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


async def test_L10_every_operation_is_described(http: httpx.AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    names = [operation["operationId"] for _, _, operation in _operations(described)]
    assert len(names) == len(set(names)) == 22
    for path, _, operation in _operations(described):
        assert operation["summary"], path
        assert operation["tags"], path
        assert ("401" in operation["responses"]) is (
            path not in PUBLIC - {"/v1/auth/sign-in", "/v1/auth/refresh"}
        )
        if "requestBody" in operation:
            body = operation["requestBody"]["content"]["application/json"]
            assert body.get("examples") or body["schema"].get("examples"), path


async def test_without_a_token_every_route_but_the_public_ones_is_closed(
    http: httpx.AsyncClient,
) -> None:
    described = (await http.get("/openapi.json")).json()
    for path, method, _ in _operations(described):
        if path in PUBLIC:
            continue
        concrete = path.replace("{child_id}", "01900000-0000-7000-8000-000000000001")
        concrete = concrete.replace("{day}", "2026-03-18")
        for headers in ({}, {"authorization": "Bearer x.y.z"}, {"authorization": "Basic eA=="}):
            answer = await http.request(method, concrete, json={}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), path


@pytest.mark.parametrize("page", ["/docs", "/docs/reference"])
async def test_L10_the_documentation_asks_no_other_host(http: httpx.AsyncClient, page: str) -> None:
    answer = await http.get(page)
    assert answer.status_code == 200
    assert "//" not in answer.text.replace("http://www.w3.org/2000/svg", "")
