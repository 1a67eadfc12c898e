"""A09: what SENS and Twilio answer, told apart as a guardian needs it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from dodam.adapters.sens.access import SensAccess
from dodam.adapters.sens.texts import SensTexts
from dodam.adapters.sms_folder import SmsFolder
from dodam.adapters.twilio_verify import TwilioAccess, TwilioVerify
from dodam.features.accounts.errors.phones import (
    CodeExpired,
    NumberRefused,
    SmsUnavailable,
    TooManyAttempts,
)
from dodam.features.accounts.ports.phones import PhoneCodes, TextMessages
from dodam.platform.i18n import Language
from dodam_sim.serving import Trouble, serving
from dodam_sim.world import twilio_verify as twilio_sim
from dodam_sim.world.sens.account import SensAccount
from dodam_sim.world.sens.service import Sens
from dodam_sim.world.sens.sms import SentMessage
from tests.clock import StoppedClock

KOREAN = "+821012345678"
AMERICAN = "+14155552671"


class Korea(NamedTuple):
    messages: TextMessages
    sens: Sens


class America(NamedTuple):
    codes: PhoneCodes
    twilio: twilio_sim.TwilioVerify


def _sens(url: str, account: SensAccount, clock: StoppedClock) -> SensTexts:
    access = SensAccess(
        url, account.service_id, account.access_key, account.secret_key, *account.senders
    )
    return SensTexts(access, clock, timeout_seconds=1)


def _twilio(url: str, account: twilio_sim.TwilioAccount) -> TwilioVerify:
    access = TwilioAccess(url, account.account_sid, account.auth_token, account.service_sid)
    return TwilioVerify(access, timeout_seconds=1)


@pytest.fixture
async def korea(clock: StoppedClock) -> AsyncIterator[Korea]:
    sens = Sens(clock.now)
    async with serving(sens) as url:
        yield Korea(_sens(url, sens.account, clock), sens)


@pytest.fixture
async def america(clock: StoppedClock) -> AsyncIterator[America]:
    twilio = twilio_sim.TwilioVerify(clock.now)
    async with serving(twilio) as url:
        yield America(_twilio(url, twilio.account), twilio)


async def test_A09_sens_sends_a_text_to_a_number_as_it_is_dialled_at_home(korea: Korea) -> None:
    await korea.messages.send(KOREAN, "안녕하세요")
    assert korea.sens.messages == [SentMessage("15881234", "01012345678", "안녕하세요")]


@pytest.mark.parametrize("trouble", [Trouble.DOWN, Trouble.STUCK])
async def test_A09_sens_may_be_away(korea: Korea, trouble: Trouble) -> None:
    korea.sens.trouble = trouble
    with pytest.raises(SmsUnavailable):
        await korea.messages.send(KOREAN, "안녕하세요")


async def test_A09_sens_refuses_a_wrong_key_and_a_wrong_clock(
    korea: Korea, clock: StoppedClock
) -> None:
    korea.sens.account.secret_key = "another key"
    with pytest.raises(SmsUnavailable):
        await korea.messages.send(KOREAN, "안녕하세요")
    sens = Sens(lambda: datetime(2020, 1, 1, tzinfo=UTC))
    async with serving(sens) as url:
        with pytest.raises(SmsUnavailable):
            await _sens(url, sens.account, clock).send(KOREAN, "안녕하세요")
    assert sens.messages == []


async def test_A09_nobody_listens_where_a_provider_should_be(clock: StoppedClock) -> None:
    async with serving(Sens(clock.now)) as url:
        gone = url
    with pytest.raises(SmsUnavailable):
        await _sens(gone, SensAccount(), clock).send(KOREAN, "안녕하세요")
    with pytest.raises(SmsUnavailable):
        await _twilio(gone, twilio_sim.TwilioAccount()).check(AMERICAN, "VE1", "123456")


async def test_A09_twilio_checks_the_code_it_sent_in_the_language_asked_for(
    america: America,
) -> None:
    reference = await america.codes.start(AMERICAN, Language.KOREAN, None)
    [sent] = america.twilio.codes
    assert (sent.to, sent.locale) == (AMERICAN, "ko")
    assert not await america.codes.check(AMERICAN, reference, _wrong(sent.code))
    assert await america.codes.check(AMERICAN, reference, sent.code)
    with pytest.raises(CodeExpired):
        await america.codes.check(AMERICAN, reference, sent.code)


async def test_A09_twilio_sends_another_code_in_place_of_an_older_one(america: America) -> None:
    first = await america.codes.start(AMERICAN, Language.ENGLISH, None)
    second = await america.codes.start(AMERICAN, Language.ENGLISH, first)
    older, newer = america.twilio.codes
    with pytest.raises(CodeExpired):
        await america.codes.check(AMERICAN, first, older.code)
    assert await america.codes.check(AMERICAN, second, newer.code)


async def test_A09_twilio_sends_though_the_older_code_is_long_gone(america: America) -> None:
    reference = await america.codes.start(AMERICAN, Language.ENGLISH, "VE" + "f" * 32)
    assert await america.codes.check(AMERICAN, reference, america.twilio.codes[0].code)


async def test_A09_twilio_looks_at_five_codes(america: America) -> None:
    reference = await america.codes.start(AMERICAN, Language.ENGLISH, None)
    code = america.twilio.codes[0].code
    for _ in range(5):
        assert not await america.codes.check(AMERICAN, reference, _wrong(code))
    with pytest.raises(TooManyAttempts):
        await america.codes.check(AMERICAN, reference, code)


async def test_A09_twilio_will_not_send_to_every_number(america: America) -> None:
    america.twilio.landlines.add(AMERICAN)
    america.twilio.blocked.add("+14155552672")
    for number in (AMERICAN, "+14155552672", "+1"):
        with pytest.raises(NumberRefused):
            await america.codes.start(number, Language.ENGLISH, None)


@pytest.mark.parametrize("trouble", [Trouble.DOWN, Trouble.STUCK])
async def test_A09_twilio_may_be_away(america: America, trouble: Trouble) -> None:
    reference = await america.codes.start(AMERICAN, Language.ENGLISH, None)
    america.twilio.trouble = trouble
    with pytest.raises(SmsUnavailable):
        await america.codes.start(AMERICAN, Language.ENGLISH, reference)
    with pytest.raises(SmsUnavailable):
        await america.codes.check(AMERICAN, reference, "123456")


async def test_A09_twilio_refuses_a_wrong_token(america: America) -> None:
    america.twilio.account.auth_token = "another token"
    with pytest.raises(SmsUnavailable):
        await america.codes.start(AMERICAN, Language.ENGLISH, None)


async def test_A09_a_message_in_a_folder_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "sms"
    await SmsFolder(folder).send(KOREAN, "처음")
    await SmsFolder(folder).send(KOREAN, "다음")
    [path] = folder.iterdir()
    assert (path.name, path.read_text(encoding="utf-8")) == ("+821012345678.txt", "다음\n")
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"
