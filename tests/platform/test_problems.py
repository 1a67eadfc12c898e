"""L09: failures in the caller's language, with stable codes and field names."""

import logging

import httpx
import pytest

from dodam.bootstrap import build
from dodam.platform.database import Database
from dodam.platform.i18n import Language, negotiate
from dodam.platform.logging.console import configure_logging
from dodam.platform.settings import Settings
from tests.families import Guardian


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", Language.ENGLISH),
        ("ko", Language.KOREAN),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", Language.KOREAN),
        ("en;q=0.4, KO;q=0.5", Language.KOREAN),
        ("fr, ko;q=0.1", Language.KOREAN),
        ("fr-FR, *;q=0.5", Language.ENGLISH),
        ("ko;q=0", Language.ENGLISH),
        ("ko;q=high", Language.ENGLISH),
        (";;;,,,q=", Language.ENGLISH),
    ],
)
def test_L09_the_callers_language_is_found(header: str, language: Language) -> None:
    assert negotiate(header) is language


async def test_L09_a_failure_is_problem_details_in_korean(guardian: Guardian) -> None:
    answer = await guardian.call(
        "POST", "/children", json={"name": ""}, headers={"accept-language": "ko"}
    )
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "ko"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (400, "invalid_input")
    assert {error["field"] for error in problem["errors"]} >= {"name"}
    assert "길이" in problem["errors"][0]["message"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/v1/nowhere", None, 404, "not_found"),
        ("GET", "/v1/children/not-an-id", None, 404, "not_found"),
        ("PUT", "/v1/auth/sign-in", b"{}", 405, "method_not_allowed"),
        ("POST", "/v1/auth/sign-in", b"{", 400, "malformed_request"),
        ("POST", "/v1/auth/sign-in", b"[" * 100_000, 400, "malformed_request"),
        ("POST", "/v1/auth/sign-in", b" " * 10_000_001, 413, "body_too_large"),
        ("POST", "/v1/auth/sign-in", b"", 400, "invalid_input"),
        ("POST", "/v1/auth/sign-in", b"[]", 400, "invalid_input"),
    ],
)
async def test_L09_the_protocols_own_failures_have_codes_too(
    http: httpx.AsyncClient, method: str, path: str, body: bytes | None, status: int, code: str
) -> None:
    answer = await http.request(
        method, path, content=body, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_L09_without_its_database_the_service_says_so(settings: Settings) -> None:
    away = build(settings, "postgresql://nobody@127.0.0.1:1/none")
    transport = httpx.ASGITransport(app=away.app)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as http:
        ready = await http.get("/health/ready")
        assert ready.status_code == 503
        assert ready.json() == {"status": "starting", "degraded": [], "reasons": ["database"]}
        assert (await http.get("/health/live")).status_code == 200
        form = {"email": "a@dodam.example", "password": "x"}
        answer = await http.post("/v1/auth/sign-in", json=form)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")


async def test_L09_an_unexpected_failure_tells_nothing_of_the_inside(
    guardian: Guardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Database) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(Database, "reading", broken)
    answer = await guardian.call("GET", "/children")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_in_the_log_shows_no_local_variables(
    capsys: pytest.CaptureFixture[str],
    as_json: bool,  # noqa: FBT001
) -> None:
    configure_logging("INFO", as_json=as_json)
    password = "open sesame"[::-1]
    try:
        int(str(len(password)) + "x")
    except ValueError:
        logging.getLogger("dodam.tests").exception("it failed")
    written = capsys.readouterr().err
    assert "it failed" in written
    assert password not in written
