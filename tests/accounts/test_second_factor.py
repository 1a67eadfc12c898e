"""A15: the second factor of members of staff: codes that open once, and alike refusals."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pyotp.totp import TOTP

from dodam.bootstrap import Dodam, build
from dodam.features.accounts.models.permissions import Role
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens, Purpose
from dodam.platform.settings import Settings
from tests.answers import words_of
from tests.clock import StoppedClock
from tests.conftest import CLOCK
from tests.families import PASSWORD, Guardian

from .members import STEP, Member, enrol, invited, join, joined


@pytest.fixture
async def member(system: Dodam, http: httpx.AsyncClient, clock: StoppedClock) -> Member:
    """A member who joined a while ago."""
    member = await joined(system, http, Role.SUPPORT)
    clock.advance(timedelta(minutes=5))
    return member


async def _audited(system: Dodam, member: Member) -> list[str]:
    async with system.database.reading() as db:
        rows = await db.fetch(
            "select action from audit.entry where subject_id = $1 order by at, id", member.id
        )
    return [row["action"] for row in rows]


async def test_A15_an_authenticator_is_given_a_secret_of_160_bits_and_its_uri(
    system: Dodam, http: httpx.AsyncClient
) -> None:
    member, token = await invited(system, http, Role.VIEWER)
    answer = await http.post("/v1/staff/enrolment", json={"token": token})
    secret = answer.json()["secret"]
    assert len(secret) * 5 == 160
    address = member.email.replace("@", "%40")
    expected = f"otpauth://totp/dodam:{address}?secret={secret}&issuer=dodam"
    assert answer.json()["otpauth_uri"] == expected


async def test_A15_the_secret_is_sealed_at_rest(system: Dodam, member: Member) -> None:
    async with system.database.reading() as db:
        [row] = await db.fetch(
            "select totp_secret from accounts.staff_member where account_id = $1", member.id
        )
    assert member.secret.encode() not in row["totp_secret"]


async def test_A15_only_the_secret_asked_for_last_counts(
    system: Dodam, http: httpx.AsyncClient
) -> None:
    member, token = await invited(system, http, Role.VIEWER)
    await enrol(member, token)
    first = member.secret
    await enrol(member, token)
    answer = await join(member, token, code=TOTP(first).at(CLOCK.now()))
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_second_factor")
    assert (await join(member, token)).status_code == 200


async def test_A15_who_joins_sets_a_password_that_keeps_the_rules(
    system: Dodam, http: httpx.AsyncClient
) -> None:
    member, token = await invited(system, http, Role.VIEWER)
    await enrol(member, token)
    answer = await join(member, token, password="password 1234")
    assert answer.json()["errors"][0]["code"] == "too_guessable"
    assert (await join(member, token)).status_code == 200


async def test_A15_nobody_joins_without_a_second_factor(
    system: Dodam, http: httpx.AsyncClient
) -> None:
    member, token = await invited(system, http, Role.VIEWER)
    answer = await join(member, token, code="000000")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_enrolled")


async def test_A15_an_invitation_lets_one_person_join_once(
    system: Dodam, http: httpx.AsyncClient
) -> None:
    member, token = await invited(system, http, Role.VIEWER)
    await enrol(member, token)
    answers = await asyncio.gather(*(join(member, token) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    for again in (
        await join(member, token),
        await http.post("/v1/staff/enrolment", json={"token": token}),
    ):
        assert (again.status_code, again.json()["code"]) == (400, "invalid_token")


@pytest.mark.parametrize("token", ["x", "\u0000", "가" * 200])
async def test_A15_what_is_no_invitation_is_refused(http: httpx.AsyncClient, token: str) -> None:
    form = {"token": token, "password": PASSWORD, "code": "123456"}
    for answer in (
        await http.post("/v1/staff/enrolment", json={"token": token}),
        await http.post("/v1/staff/join", json=form),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_token")


async def test_A15_an_invitation_dies_of_age(
    system: Dodam, http: httpx.AsyncClient, clock: StoppedClock
) -> None:
    _, token = await invited(system, http, Role.VIEWER)
    clock.advance(timedelta(days=3))
    answer = await http.post("/v1/staff/enrolment", json={"token": token})
    assert answer.json()["code"] == "invalid_token"


async def test_A15_members_sign_in_with_password_and_code(member: Member) -> None:
    answer = await member.sign_in(device="Office computer")
    assert answer.status_code == 200
    member.tokens = answer.json()
    own = await member.get("/staff/me")
    assert own["member"]["roles"] == ["support"]
    assert own["permissions"] == [
        "accounts.find",
        "attributes.read",
        "drafts.read",
        "messages.read",
        "payments.manage",
        "payments.read",
        "test_accounts.attach",
    ]


@pytest.mark.parametrize(("away", "status"), [(-2, 401), (-1, 200), (1, 200), (2, 401)])
async def test_A15_a_code_holds_one_step_early_or_late(
    member: Member, clock: StoppedClock, away: int, status: int
) -> None:
    answer = await member.sign_in(code=member.code(clock.now() + away * STEP))
    assert answer.status_code == status


async def test_A15_a_code_opens_once_and_so_does_none_before_it(
    member: Member, clock: StoppedClock
) -> None:
    before = member.code(clock.now() - STEP)
    assert (await member.sign_in()).status_code == 200
    assert (await member.sign_in()).status_code == 401
    assert (await member.sign_in(code=before)).status_code == 401
    clock.advance(STEP)
    assert (await member.sign_in()).status_code == 200


async def test_A15_the_code_of_joining_opens_nothing_more(
    system: Dodam, http: httpx.AsyncClient
) -> None:
    member = await joined(system, http, Role.VIEWER)
    assert (await member.sign_in()).status_code == 401


async def test_A15_of_concurrent_uses_of_one_code_one_opens(system: Dodam, member: Member) -> None:
    answers = await asyncio.gather(*(member.sign_in() for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, *[401] * 5]
    assert (await _audited(system, member)).count("staff.code_refused") == 5


async def test_A15_a_refusal_does_not_tell_what_was_wrong(
    member: Member, guardian: Guardian, clock: StoppedClock
) -> None:
    wrong: list[dict[str, Any]] = [
        {"password": "not the password"},
        {"code": member.code(clock.now() + 9 * STEP)},
        {"password": "not the password", "code": "000000"},
        {"email": "nobody@dodam.example"},
        {"email": "no address"},
        {"email": guardian.email, "password": PASSWORD},
    ]
    answers = [await member.sign_in(**fields) for fields in wrong]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["code"] for answer in answers} == {"invalid_credentials"}
    assert len({words_of(answer) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1


async def test_A15_staff_do_not_sign_in_where_guardians_do(
    http: httpx.AsyncClient, member: Member
) -> None:
    form = {"email": member.email, "password": PASSWORD}
    answer = await http.post("/v1/auth/sign-in", json=form)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


@pytest.mark.parametrize("wrong", [{"password": "not the password"}, {"code": "wrong"}])
async def test_A15_wrong_codes_count_like_wrong_passwords(
    system: Dodam, settings: Settings, database_url: str, wrong: dict[str, str]
) -> None:
    strict = build(
        settings.model_copy(update={"limit_failed_sign_ins": "3/hour"}), database_url, CLOCK
    )
    async with strict.running():
        transport = httpx.ASGITransport(app=strict.app)  # pyright: ignore[reportArgumentType]
        async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as http:
            member = await joined(strict, http, Role.VIEWER)
            CLOCK.advance(10 * STEP)
            if "code" in wrong:
                wrong = {"code": member.code(CLOCK.now() + 9 * STEP)}
            answers = await asyncio.gather(*(member.sign_in(**wrong) for _ in range(5)))
            assert sorted(answer.status_code for answer in answers) == [401, 401, 401, 429, 429]
            right = await member.sign_in()
            assert (right.status_code, right.json()["code"]) == (429, "too_many_requests")
            assert int(right.headers["retry-after"]) > 3000
            known = await member.sign_in(trusted_device=member.tokens["trusted_device"])
            assert known.status_code == 200
    assert "staff.signed_in" in await _audited(system, member)


async def test_A15_the_right_code_gives_its_share_of_tries_back(
    settings: Settings, database_url: str
) -> None:
    strict = build(
        settings.model_copy(update={"limit_failed_sign_ins": "2/hour"}), database_url, CLOCK
    )
    async with strict.running():
        transport = httpx.ASGITransport(app=strict.app)  # pyright: ignore[reportArgumentType]
        async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as http:
            member = await joined(strict, http, Role.VIEWER)
            for _ in range(4):
                CLOCK.advance(2 * STEP)
                assert (await member.sign_in()).status_code == 200


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "12345"}, "code"),
        ({"code": "1234567"}, "code"),
        ({"code": "12345\n"}, "code"),
        ({"code": "١٢٣٤٥٦"}, "code"),
        ({"code": 123456}, "code"),
        ({"password": ""}, "password"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_A15_a_malformed_sign_in_is_refused_by_name(
    http: httpx.AsyncClient, fields: dict[str, Any], field: str
) -> None:
    form = {"email": "a@dodam.example", "password": "x", "code": "123456", **fields}
    answer = await http.post("/v1/staff/sign-in", json=form)
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_A15_a_password_reset_by_mail_does_not_go_around_the_second_factor(
    http: httpx.AsyncClient, system: Dodam, member: Member, clock: StoppedClock
) -> None:
    async with system.database.transaction() as tx:
        token = await OneTimeTokens(clock).make(
            tx, Purpose.RESET_PASSWORD, STEP, account_id=member.id, detail=member.email
        )
    form = {"token": token, "password": "eight lamps on the pier"}
    answer = await http.post("/v1/auth/password/reset", json=form)
    assert answer.status_code == 200
    assert "access_token" not in answer.json()
    wrong = member.code(clock.now() + 9 * STEP)
    refused = await member.sign_in(password="eight lamps on the pier", code=wrong)
    assert refused.status_code == 401
    assert (await member.sign_in(password="eight lamps on the pier")).status_code == 200
