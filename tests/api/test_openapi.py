"""L10: the API's description is whole and true."""

import json
import re
from typing import Any

import httpx
import pytest


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
    assert len(names) == len(set(names))
    for path, _, operation in _operations(described):
        assert operation["summary"], path
        assert operation["tags"], path
        needs_sign_in = operation.get("security") != [{}]
        assert "401" in operation["responses"] or not needs_sign_in, path
        if "requestBody" in operation:
            [(content_type, body)] = operation["requestBody"]["content"].items()
            # Of a file no example can be shown.
            if content_type == "application/octet-stream":
                continue
            assert body.get("examples") or body["schema"].get("examples"), path


async def test_L10_an_address_may_name_what_there_is_not(http: httpx.AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    for path, method, operation in _operations(described):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path" and parameter["schema"].get("format") == "uuid":
                assert "404" in operation["responses"], (method, path)


@pytest.mark.parametrize("page", ["/docs", "/docs/reference"])
async def test_L10_the_documentation_asks_no_other_host(http: httpx.AsyncClient, page: str) -> None:
    answer = await http.get(page)
    assert answer.status_code == 200
    assert "//" not in answer.text.replace("http://www.w3.org/2000/svg", "")


async def test_L10_the_description_refers_to_nothing_that_is_not_in_it(
    http: httpx.AsyncClient,
) -> None:
    described = (await http.get("/openapi.json")).text
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', described))
    assert "PlayRecord" in named
    assert named <= set(json.loads(described)["components"]["schemas"])


async def test_L10_every_tag_is_explained(http: httpx.AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    used = {
        tag
        for operations in described["paths"].values()
        for operation in operations.values()
        for tag in operation["tags"]
    }
    assert used <= {tag["name"] for tag in described["tags"]}
