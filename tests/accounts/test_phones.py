"""A09: phone numbers, verified by codes that SENS and Twilio, both simulated, send to them."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any, NamedTuple

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from dodam.bootstrap import Dodam, build
from dodam.features.accounts.service.own_codes import OwnCodes
from dodam.platform.i18n import Language
from dodam.platform.settings import Settings
from dodam_sim.serving import Trouble, serving
from dodam_sim.world.sens.service import Sens
from dodam_sim.world.twilio_verify import TwilioVerify
from tests.clock import StoppedClock
from tests.conftest import CLOCK
from tests.families import Guardian, sign_up

_NUMBERS = count(1_000_000)


class Providers(NamedTuple):
    """The two services, and the settings by which dodam finds them."""

    sens: Sens
    twilio: TwilioVerify
    settings: Settings


@pytest.fixture(scope="module")
async def providers(settings: Settings) -> AsyncIterator[Providers]:
    sens, twilio = Sens(CLOCK.now), TwilioVerify(CLOCK.now)
    async with serving(sens) as sens_url, serving(twilio) as twilio_url:
        update = {
            "ncp_sens_base_url": sens_url,
            "ncp_sens_service_id": sens.account.service_id,
            "ncp_sens_access_key": sens.account.access_key,
            "ncp_sens_secret_key": SecretStr(sens.account.secret_key),
            "ncp_sens_sender": next(iter(sens.account.senders)),
            "twilio_verify_base_url": twilio_url,
            "twilio_verify_account_sid": twilio.account.account_sid,
            "twilio_verify_auth_token": SecretStr(twilio.account.auth_token),
            "twilio_verify_service_sid": twilio.account.service_sid,
        }
        yield Providers(sens, twilio, settings.model_copy(update=update))


@pytest.fixture(scope="module")
async def system(database_url: str, providers: Providers) -> AsyncIterator[Dodam]:
    dodam = build(providers.settings, database_url, CLOCK)
    async with dodam.running():
        await dodam.load_catalogue()
        yield dodam


@pytest.fixture(autouse=True)
def _providers_are_well(providers: Providers) -> None:
    providers.sens.trouble = providers.twilio.trouble = Trouble.NONE


@asynccontextmanager
async def another_system(
    settings: Settings, database_url: str, **changes: Any
) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the system with other settings."""
    dodam = build(settings.model_copy(update=changes), database_url, CLOCK)
    transport = httpx.ASGITransport(app=dodam.app)  # pyright: ignore[reportArgumentType]
    async with (
        dodam.running(),
        httpx.AsyncClient(transport=transport, base_url="http://dodam") as client,
    ):
        await dodam.load_catalogue()
        yield client


def korean() -> str:
    return f"+8210{next(_NUMBERS) + 20_000_000}"


def american() -> str:
    return f"+1415{next(_NUMBERS) + 1_000_000}"


def at_home(number: str) -> str:
    return number.replace("+82", "0")


async def start(guardian: Guardian, number: str, **fields: Any) -> httpx.Response:
    return await guardian.call("POST", "/phone/verifications", json={"number": number, **fields})


async def started(guardian: Guardian, number: str, **fields: Any) -> str:
    answer = await start(guardian, number, **fields)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


async def check(guardian: Guardian, verification: str, code: str) -> httpx.Response:
    return await guardian.call(
        "POST", f"/phone/verifications/{verification}/check", json={"code": code}
    )


def texts(providers: Providers, number: str) -> list[str]:
    return [each.content for each in providers.sens.messages if each.to == at_home(number)]


def codes(providers: Providers, number: str) -> list[str]:
    """The codes that came to a phone, the newest last."""
    by_sens = [re.findall(r"[0-9]{6}", text)[0] for text in texts(providers, number)]
    return by_sens or [sent.code for sent in providers.twilio.codes if sent.to == number]


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 1_000_000:06}"


def told(answer: httpx.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json().get("code")


async def verified(guardian: Guardian, providers: Providers, number: str) -> None:
    verification = await started(guardian, number)
    answer = await check(guardian, verification, codes(providers, number)[-1])
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("make", "country"), [(korean, "KR"), (american, "US")])
async def test_A09_the_code_that_came_to_a_phone_makes_it_the_accounts(
    guardian: Guardian, providers: Providers, clock: StoppedClock, make: Any, country: str
) -> None:
    number = make()
    assert told(await guardian.call("GET", "/phone")) == (404, "phone_not_found")
    verification = (await start(guardian, number)).json()
    now = clock.now()
    assert verification["expires_at"] == _iso(now + timedelta(minutes=5))
    assert verification["resend_after"] == _iso(now + timedelta(minutes=1))
    [code] = codes(providers, number)
    answer = await check(guardian, verification["id"], code)
    phone = {"number": number, "country": country, "verified_at": _iso(now)}
    assert (answer.status_code, answer.json()) == (200, phone)
    assert await guardian.get("/phone") == phone


def _iso(instant: Any) -> str:
    return instant.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("country", ["KR", None])
@pytest.mark.parametrize(
    "form", ["+82{}", "+82 0{}", "(+82) {}", "+82-{}", "\uff0b82{}", "tel:+82{}"]
)
async def test_A09_a_number_is_one_however_it_is_typed(
    guardian: Guardian, providers: Providers, form: str, country: str | None
) -> None:
    number = korean()
    await started(guardian, form.format(number.removeprefix("+82")), country=country)
    assert len(codes(providers, number)) == 1


async def test_A09_a_number_may_be_typed_as_it_is_dialled_at_home(
    guardian: Guardian, providers: Providers
) -> None:
    number = korean()
    digits = at_home(number)
    await started(guardian, f"{digits[:3]}-{digits[3:7]}-{digits[7:]}", country="KR")
    assert len(codes(providers, number)) == 1


@pytest.mark.parametrize(
    ("number", "country", "code"),
    [
        ("010-1234-5678", None, "not_a_phone_number"),
        ("hello", "KR", "not_a_phone_number"),
        ("+82 10 1234 567890123", None, "not_a_phone_number"),
        ("010-1234-5678 ext. 5", "KR", "not_a_phone_number"),
        ("+999 1234 5678", None, "not_a_phone_number"),
        ("+82 2 312 3456", None, "not_a_mobile_number"),
        ("+82 70 1234 5678", None, "not_a_mobile_number"),
        ("+1 800 555 1212", None, "not_a_mobile_number"),
        ("+1 900 555 1212", None, "not_a_mobile_number"),
        ("+1 416 555 0123", None, "country_not_served"),
        ("+1 787 764 1234", None, "country_not_served"),
        ("+44 7400 123456", None, "country_not_served"),
        ("07400 123456", "GB", "country_not_served"),
        ("010-1234-5678\u0000", "KR", "wrong_format"),
        ("1" * 41, "KR", "wrong_length"),
        (821012345678, None, "wrong_type"),
    ],
)
async def test_A09_only_mobiles_of_served_countries_are_sent_to(
    guardian: Guardian, number: Any, country: str | None, code: str
) -> None:
    answer = await start(guardian, number, country=country)
    assert answer.status_code == 400
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [("number", code)]


async def test_A09_a_country_that_is_not_served_has_a_code_of_its_own(guardian: Guardian) -> None:
    assert told(await start(guardian, "+44 7400 123456")) == (400, "country_not_served")


@pytest.mark.parametrize(
    ("mine", "asked", "beginning"),
    [("ko", None, "[도담]"), ("en", None, "[dodam]"), ("ko", "en", "[dodam]")],
)
async def test_A09_the_message_is_in_the_accounts_language_or_the_one_asked_for(
    http: httpx.AsyncClient, providers: Providers, mine: str, asked: str | None, beginning: str
) -> None:
    number = korean()
    guardian = await _sign_up(http, language=mine)
    await started(guardian, number, language=asked)
    [text] = texts(providers, number)
    assert text.startswith(beginning)
    assert text.endswith(".")
    assert len(text.encode("euc-kr")) <= 90


async def _sign_up(http: httpx.AsyncClient, **fields: Any) -> Guardian:
    guardian = await sign_up(http)
    form = {
        "email": f"a.{guardian.email}",
        "password": "correct horse battery",
        "name": "김하늘",
        **fields,
    }
    answer = await http.post("/v1/auth/sign-up", json=form)
    assert answer.status_code == 201, answer.text
    return Guardian(http, form["email"], answer.json())


@pytest.mark.parametrize("make", [korean, american])
async def test_A09_five_codes_may_be_tried(
    guardian: Guardian, providers: Providers, make: Any
) -> None:
    number = make()
    verification = await started(guardian, number)
    [code] = codes(providers, number)
    for left in (4, 3, 2, 1, 0):
        answer = await check(guardian, verification, wrong(code))
        assert told(answer) == (400, "wrong_code")
        assert answer.json()["details"] == {"attempts_left": left}
    assert told(await check(guardian, verification, code)) == (429, "too_many_attempts")


async def test_A09_of_many_guesses_at_once_five_are_looked_at(
    guardian: Guardian, providers: Providers
) -> None:
    number = korean()
    verification = await started(guardian, number)
    [code] = codes(providers, number)
    guesses = [check(guardian, verification, wrong(code, by)) for by in range(1, 21)]
    answers = [told(answer) for answer in await asyncio.gather(*guesses)]
    assert answers.count((400, "wrong_code")) == 5
    assert answers.count((429, "too_many_attempts")) == 15
    assert told(await check(guardian, verification, code)) == (429, "too_many_attempts")


@pytest.mark.parametrize("make", [korean, american])
async def test_A09_a_code_opens_once(guardian: Guardian, providers: Providers, make: Any) -> None:
    number = make()
    verification = await started(guardian, number)
    [code] = codes(providers, number)
    answers = await asyncio.gather(*(check(guardian, verification, code) for _ in range(4)))
    assert [answer.status_code for answer in answers].count(200) == 1
    assert told(await check(guardian, verification, code)) == (404, "verification_not_found")


@pytest.mark.parametrize("make", [korean, american])
async def test_A09_a_code_lives_five_minutes(
    guardian: Guardian, providers: Providers, clock: StoppedClock, make: Any
) -> None:
    late, in_time = make(), make()
    verification = await started(guardian, late)
    clock.advance(timedelta(minutes=5))
    answer = await check(guardian, verification, codes(providers, late)[0])
    assert told(answer) == (409, "code_expired")
    verification = await started(guardian, in_time)
    clock.advance(timedelta(seconds=299))
    answer = await check(guardian, verification, codes(providers, in_time)[0])
    assert answer.status_code == 200


async def test_A09_a_code_the_provider_forgot_has_expired(
    guardian: Guardian, providers: Providers
) -> None:
    number = american()
    verification = await started(guardian, number)
    providers.twilio.forget_all()
    answer = await check(guardian, verification, codes(providers, number)[0])
    assert told(answer) == (409, "code_expired")


@pytest.mark.parametrize("make", [korean, american])
async def test_A09_the_next_code_comes_after_a_pause_and_replaces_the_one_before(
    guardian: Guardian, providers: Providers, clock: StoppedClock, make: Any
) -> None:
    number = make()
    older = await started(guardian, number)
    clock.advance(timedelta(seconds=18))
    too_soon = await start(guardian, number)
    assert told(too_soon) == (429, "too_many_requests")
    assert too_soon.headers["retry-after"] == "42"
    clock.advance(timedelta(seconds=42))
    newer = await started(guardian, number)
    first, second = codes(providers, number)
    assert told(await check(guardian, older, first)) == (404, "verification_not_found")
    assert (await check(guardian, newer, second)).status_code == 200


async def test_A09_a_used_up_code_is_replaced_by_a_fresh_one(
    guardian: Guardian, providers: Providers, clock: StoppedClock
) -> None:
    number = american()
    verification = await started(guardian, number)
    for _ in range(5):
        await check(guardian, verification, wrong(codes(providers, number)[0]))
    clock.advance(timedelta(minutes=1))
    await verified(guardian, providers, number)


async def test_A09_the_pause_is_the_numbers_and_the_accounts(
    guardian: Guardian, other_guardian: Guardian, clock: StoppedClock
) -> None:
    number = korean()
    await started(guardian, number)
    assert told(await start(guardian, korean())) == (429, "too_many_requests")
    assert told(await start(other_guardian, number)) == (429, "too_many_requests")
    await started(other_guardian, korean())
    clock.advance(timedelta(minutes=1))
    await started(guardian, korean())


async def test_A09_of_requests_at_once_for_a_number_one_is_served(
    http: httpx.AsyncClient, providers: Providers
) -> None:
    number = korean()
    guardians = [await sign_up(http) for _ in range(4)]
    requests = [start(guardian, number) for guardian in guardians for _ in range(2)]
    answers = await asyncio.gather(*requests)
    assert sorted(answer.status_code for answer in answers) == [202, *[429] * 7]
    assert len(codes(providers, number)) == 1


async def test_A09_an_account_has_one_number_the_newest(
    guardian: Guardian, providers: Providers, clock: StoppedClock
) -> None:
    first, second = korean(), american()
    await verified(guardian, providers, first)
    await verified(guardian, providers, second)
    assert (await guardian.get("/phone"))["number"] == second
    assert (await guardian.call("DELETE", "/phone")).status_code == 204
    assert told(await guardian.call("GET", "/phone")) == (404, "phone_not_found")
    assert told(await guardian.call("DELETE", "/phone")) == (404, "phone_not_found")
    clock.advance(timedelta(minutes=1))
    await verified(guardian, providers, first)


async def test_A09_a_family_may_share_a_phone(
    guardian: Guardian, other_guardian: Guardian, providers: Providers
) -> None:
    number = korean()
    await verified(guardian, providers, number)
    await verified(other_guardian, providers, number)
    numbers = [(await each.get("/phone"))["number"] for each in (guardian, other_guardian)]
    assert numbers == [number, number]


async def test_A09_a_strangers_verification_is_nobodys(
    guardian: Guardian, other_guardian: Guardian, providers: Providers
) -> None:
    number = korean()
    verification = await started(guardian, number)
    [code] = codes(providers, number)
    answer = await check(other_guardian, verification, code)
    assert told(answer) == (404, "verification_not_found")
    assert (await check(guardian, verification, code)).status_code == 200


@pytest.mark.parametrize(
    "code",
    [
        "12345",
        "1234567",
        "12345a",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "123456\n",
        "\u0000" * 6,
        123456,
        None,
    ],
)
async def test_A09_a_code_is_six_digits(guardian: Guardian, code: Any) -> None:
    verification = await started(guardian, korean())
    answer = await check(guardian, verification, code)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "code")


@pytest.mark.parametrize("trouble", [Trouble.DOWN, Trouble.STUCK])
@pytest.mark.parametrize("make", [korean, american])
async def test_A09_what_a_provider_could_not_send_counts_for_nothing(
    providers: Providers, database_url: str, make: Any, trouble: Trouble
) -> None:
    number = make()
    limits = {"limit_codes": "1/hour", "sms_timeout_seconds": 1}
    async with another_system(providers.settings, database_url, **limits) as http:
        guardian = await sign_up(http)
        providers.sens.trouble = providers.twilio.trouble = trouble
        for _ in range(2):
            assert told(await start(guardian, number)) == (503, "sms_unavailable")
        providers.sens.trouble = providers.twilio.trouble = Trouble.NONE
        await verified(guardian, providers, number)


async def test_A09_a_code_that_could_not_be_checked_is_no_attempt(
    guardian: Guardian, providers: Providers
) -> None:
    number = american()
    verification = await started(guardian, number)
    [code] = codes(providers, number)
    providers.twilio.trouble = Trouble.DOWN
    for _ in range(2):
        assert told(await check(guardian, verification, code)) == (503, "sms_unavailable")
    providers.twilio.trouble = Trouble.NONE
    answer = await check(guardian, verification, wrong(code))
    assert answer.json()["details"] == {"attempts_left": 4}
    assert (await check(guardian, verification, code)).status_code == 200


async def test_A09_a_number_the_provider_will_not_send_to_leaves_room_for_another(
    guardian: Guardian, providers: Providers
) -> None:
    number = american()
    providers.twilio.landlines.add(number)
    assert told(await start(guardian, number)) == (400, "number_refused")
    await verified(guardian, providers, american())


async def test_A09_codes_to_a_number_and_for_an_account_are_limited(
    providers: Providers, database_url: str, clock: StoppedClock
) -> None:
    number = korean()
    async with another_system(providers.settings, database_url, limit_codes="2/hour") as http:
        guardian = await sign_up(http)
        for _ in range(2):
            await started(guardian, number)
            clock.advance(timedelta(minutes=1))
        for who, where in ((guardian, korean()), (await sign_up(http), number)):
            refused = await start(who, where)
            assert told(refused) == (429, "too_many_requests")
            assert int(refused.headers["retry-after"]) > 3000
        await started(await sign_up(http), korean())


async def test_A09_code_requests_of_a_network_are_limited(
    providers: Providers, database_url: str
) -> None:
    limit = {"limit_code_requests": "2/hour"}
    async with another_system(providers.settings, database_url, **limit) as http:
        guardians = [await sign_up(http) for _ in range(3)]
        answers = [await start(guardian, korean()) for guardian in guardians]
    assert [answer.status_code for answer in answers] == [202, 202, 429]


async def test_A09_what_is_stored_of_a_code_does_not_tell_it(
    system: Dodam, guardian: Guardian, providers: Providers
) -> None:
    number = korean()
    verification = await started(guardian, number)
    [code] = codes(providers, number)
    async with system.database.reading() as db:
        rows = await db.fetch(
            "select * from accounts.phone_verification where id::text = $1", verification
        )
    stored = str(dict(rows[0]))
    salt = rows[0]["reference"].partition(":")[0]
    for text in (code, f"{number}:{code}", f"{salt}{code}", f"{salt}:{number}:{code}"):
        assert sha256(text.encode()).hexdigest() not in stored
    assert f"'{code}'" not in stored


class _Nowhere:
    """Keeps the last text."""

    text = ""

    async def send(self, number: str, text: str) -> None:
        del number
        self.text = text


async def test_A09_a_code_is_checked_by_the_key_it_was_made_with_and_no_other() -> None:
    sent = _Nowhere()
    old, new = b"a" * 32, b"b" * 32
    reference = await OwnCodes(sent, [old]).start("+821012345678", Language.KOREAN, None)
    code = re.findall(r"[0-9]{6}", sent.text)[0]
    assert await OwnCodes(sent, [old, new]).check("+821012345678", reference, code)
    assert not await OwnCodes(sent, [new]).check("+821012345678", reference, code)
    assert not await OwnCodes(sent, [old]).check("+821012345679", reference, code)


async def test_A09_old_verifications_are_forgotten(
    system: Dodam, guardian: Guardian, clock: StoppedClock
) -> None:
    verification = await started(guardian, korean())

    async def is_kept() -> bool:
        async with system.database.transaction() as tx:
            await system.chores["forget-phone-codes"](tx)
            query = "select 1 from accounts.phone_verification where id::text = $1"
            return bool(await tx.fetch(query, verification))

    clock.advance(timedelta(days=1))
    assert await is_kept()
    clock.advance(timedelta(minutes=6))
    assert not await is_kept()


async def test_A09_without_a_provider_the_code_lies_in_a_file(
    settings: Settings, database_url: str
) -> None:
    async with another_system(settings, database_url) as http:
        for number in (korean(), american()):
            guardian = await sign_up(http)
            verification = await started(guardian, number)
            text = (settings.data_dir / "sms" / f"{number}.txt").read_text(encoding="utf-8")
            [code] = re.findall(r"[0-9]{6}", text)
            assert (await check(guardian, verification, code)).status_code == 200


async def test_A09_with_one_provider_its_country_is_served_and_no_file_is_written(
    providers: Providers, database_url: str
) -> None:
    number = korean()
    without_twilio = {"twilio_verify_auth_token": None}
    async with another_system(providers.settings, database_url, **without_twilio) as http:
        guardian = await sign_up(http)
        assert told(await start(guardian, american())) == (400, "country_not_served")
        await verified(guardian, providers, number)
    assert not (providers.settings.data_dir / "sms" / f"{number}.txt").exists()


def test_A09_part_of_an_access_is_refused_when_dodam_starts() -> None:
    with pytest.raises(ValidationError, match="DODAM_NCP_SENS_SENDER"):
        Settings(ncp_sens_secret_key=SecretStr("made up, for a test"))
    with pytest.raises(ValidationError, match="DODAM_TWILIO_VERIFY_SERVICE_SID"):
        Settings(twilio_verify_account_sid="AC1")
