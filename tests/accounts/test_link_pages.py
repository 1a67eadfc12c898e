"""A01, A15: links in mails lead to pages that work without any client."""

import re

import httpx
import pytest

PAGES = {
    "/verify-email": ("이메일 주소 확인", "Confirm your e-mail address", ["/v1/auth/email/verify"]),
    "/reset-password": (
        "비밀번호 다시 정하기",
        "Set a new password",
        ["/v1/auth/password/reset"],
    ),
    "/staff/join": (
        "직원 계정 만들기",
        "Join the staff",
        ["/v1/staff/enrolment", "/v1/staff/join"],
    ),
}


@pytest.mark.parametrize("path", PAGES)
async def test_A01_a_link_leads_to_a_page_in_the_readers_language(
    http: httpx.AsyncClient, path: str
) -> None:
    korean, english, _ = PAGES[path]
    for language, title in (("ko-KR,ko;q=0.9", korean), ("en-US", english)):
        headers = {"accept-language": language}
        answer = await http.get(f"{path}?token=of-a-mail", headers=headers)
        assert answer.status_code == 200
        assert f'<html lang="{language[:2]}">' in answer.text
        assert f"<h1>{title}</h1>" in answer.text


@pytest.mark.parametrize("path", PAGES)
async def test_A01_a_page_calls_operations_that_there_are_and_loads_nothing_from_elsewhere(
    http: httpx.AsyncClient, path: str
) -> None:
    page = (await http.get(path)).text
    described = (await http.get("/openapi.json")).json()["paths"]
    calls = re.findall(r'data-call="([^"]+)"', page)
    assert calls == PAGES[path][2]
    assert all("post" in described[call] for call in calls)
    for asset in re.findall(r'(?<!-)(?:src|href)="([^"]+)"', page):
        assert asset.startswith(("/static/", "data:image/")), asset
        if asset.startswith("/static/"):
            assert (await http.get(asset)).status_code == 200


@pytest.mark.parametrize("path", PAGES)
async def test_A01_the_token_in_the_address_is_told_to_nobody(
    http: httpx.AsyncClient, path: str
) -> None:
    answer = await http.get(f'{path}?token="><script>alert(1)</script>')
    assert "alert" not in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
