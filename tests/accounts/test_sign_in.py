"""A01, A06: opening an account, signing in and out, and keeping a session alive."""

import httpx

from tests.families import PASSWORD, Guardian


async def test_A01_a_guardian_signs_up_and_in(http: httpx.AsyncClient, guardian: Guardian) -> None:
    answer = await http.post(
        "/v1/auth/sign-in", json={"email": guardian.email.upper(), "password": PASSWORD}
    )
    assert answer.status_code == 200
    assert answer.json()["account"]["email"] == guardian.email
