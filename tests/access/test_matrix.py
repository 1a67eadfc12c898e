"""A06, A15, A16: every route, called as every kind of caller, answers as the matrix says."""

import re
from uuid import uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings

from .matrix import CALLERS, MATRIX, NOBODY, Answer, Row
from .scene import asked, example, operations, scene


def _judge(answer: httpx.Response) -> Answer:
    code = answer.json().get("code") if answer.status_code in {401, 403} else None
    if code == "not_signed_in":
        return Answer.SIGN_IN
    if code == "not_permitted":
        return Answer.DENIED
    return Answer.HIDDEN if answer.status_code == 404 else Answer.SERVED


def _as_expected(row: Row, caller: str, found: Answer) -> bool:
    expected = row.expected(caller)
    if expected is Answer.SERVED and not row.in_scene:
        return found in {Answer.SERVED, Answer.HIDDEN}
    return found is expected


def test_every_route_has_a_row_and_every_row_a_route(system: Dodam) -> None:
    assert sorted(MATRIX) == sorted(operations(system))


def test_no_route_is_outside_the_description_but_the_pages_that_show_it(system: Dodam) -> None:
    described = {row.partition(" ")[2] for row in MATRIX}
    routed = {re.sub(r":\w+}", "}", route.path) for route in system.app.routes}
    pages = ("/docs", "/openapi", "/static", "/verify-email", "/reset-password", "/staff/join")
    assert {path for path in routed - described if not path.startswith(pages)} == set()


@pytest.mark.parametrize("route", MATRIX)
async def test_each_caller_is_answered_as_the_matrix_says(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, route: str
) -> None:
    held = await scene(http, settings, route)
    method, _, path = route.partition(" ")
    operation = operations(system)[route]
    for name in [part["name"] for part in operation.get("parameters", []) if part["in"] == "path"]:
        path = path.replace(f"{{{name}}}", held.named.get(name, str(uuid4())))
    body, params = example(operation), asked(operation)
    row, wrong = MATRIX[route], list[str]()
    # Who is served comes last: it may change what the others ask for.
    for caller in sorted(CALLERS, key=lambda each: row.expected(each) is Answer.SERVED):
        token = held.tokens.get(caller)
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        answer = await http.request(method, path, json=body, params=params, headers=headers)
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        found = _judge(answer)
        if not _as_expected(row, caller, found):
            wrong.append(f"{caller}: {found.name} ({answer.status_code}), not as the matrix says")
    assert not wrong, route


@pytest.mark.parametrize(
    "route", [route for route, row in MATRIX.items() if NOBODY not in row.served]
)
@pytest.mark.parametrize(
    "authorization", ["Bearer x.y.z", "Basic eA==", "Bearer", "Bearer dodam_x_y"]
)
async def test_what_is_no_token_opens_nothing(
    http: httpx.AsyncClient, route: str, authorization: str
) -> None:
    method, _, path = route.partition(" ")
    path = re.sub("{version}|{number}", "1", path.replace("{day}", "2026-03-18"))
    path = re.sub(r"{\w+}", str(uuid4()), path)
    answer = await http.request(method, path, json={}, headers={"authorization": authorization})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
