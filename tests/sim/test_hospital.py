"""The simulated hospital takes rightly signed webhooks only, and notices what comes twice."""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hmac import digest

import httpx
import pytest

from dodam_sim.world.hospital import DEMO_SECRET, Hospital

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
BODY = '{"type":"child.result","data":{"이름":"도담"}}'


@pytest.fixture
async def hospital() -> Hospital:
    return Hospital(lambda: NOW)


@pytest.fixture
async def http(hospital: Hospital) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=hospital)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url="http://hospital") as client:
        yield client


def signed(
    body: str = BODY, id_: str = "msg_1", at: datetime = NOW, secret: str = DEMO_SECRET
) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    key = b64decode(secret.removeprefix("whsec_"))
    signature = digest(key, f"{id_}.{timestamp}.{body}".encode(), "sha256")
    return {
        "webhook-id": id_,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{b64encode(signature).decode()}",
    }


async def test_X01_the_hospital_takes_a_signed_webhook(
    hospital: Hospital, http: httpx.AsyncClient
) -> None:
    answer = await http.post("/", content=BODY, headers=signed())
    assert (answer.status_code, answer.content) == (204, b"")
    [received] = hospital.received
    assert (received.id, received.body, received.sent_at, received.again) == (
        *("msg_1", BODY, NOW),
        False,
    )
    [shown] = hospital.shown()
    assert (shown.title, shown.who) == ("child.result", "msg_1")
    assert '"이름": "도담"' in shown.text


async def test_X01_the_hospital_agrees_with_the_specifications_own_example() -> None:
    """From the test vectors of the reference libraries."""
    at = datetime.fromtimestamp(1614265330, UTC)
    hospital = Hospital(lambda: at, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    transport = httpx.ASGITransport(app=hospital)  # pyright: ignore[reportArgumentType]
    headers = {
        "webhook-id": "msg_p5jXN8AQ" + "M9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    async with httpx.AsyncClient(transport=transport, base_url="http://hospital") as http:
        answer = await http.post("/", content='{"test": 2432232314}', headers=headers)
    assert answer.status_code == 204


async def test_X01_the_hospital_notices_what_comes_twice(
    hospital: Hospital, http: httpx.AsyncClient
) -> None:
    for id_ in ("msg_1", "msg_2", "msg_1"):
        answer = await http.post("/", content=BODY, headers=signed(id_=id_))
        assert answer.status_code == 204
    assert [each.again for each in hospital.received] == [False, False, True]
    assert hospital.shown()[-1].state == "received again"


@pytest.mark.parametrize(
    "signature",
    ["", "v1,", "v1,c2lnbmF0dXJl", "v1,서명", "v1a,{right}", "{right}", "v1 {right}", "v2,{right}"],
)
async def test_X01_the_hospital_refuses_what_is_not_signed_with_its_secret(
    hospital: Hospital, http: httpx.AsyncClient, signature: str
) -> None:
    right = signed()["webhook-signature"].removeprefix("v1,")
    headers = [
        *((name, value) for name, value in signed().items() if name != "webhook-signature"),
        ("webhook-signature", signature.format(right=right).encode()),
    ]
    answer = await http.post("/", content=BODY, headers=headers)  # pyright: ignore[reportArgumentType]
    assert answer.status_code == (401 if signature else 400)
    assert (len(hospital.received), hospital.refused) == (0, 1)


async def test_X01_the_hospital_refuses_a_body_or_an_id_that_was_changed(
    hospital: Hospital, http: httpx.AsyncClient
) -> None:
    changed = await http.post("/", content=BODY + " ", headers=signed())
    assert changed.status_code == 401
    renamed = await http.post("/", content=BODY, headers=signed() | {"webhook-id": "msg_2"})
    assert renamed.status_code == 401
    assert not hospital.received


async def test_X01_a_sender_may_sign_with_an_old_and_a_new_secret(http: httpx.AsyncClient) -> None:
    old = signed(secret="whsec_" + b64encode(b"the secret of last year").decode())
    both = f"{old['webhook-signature']} {signed()['webhook-signature']}"
    headers = signed() | {"webhook-signature": both}
    assert (await http.post("/", content=BODY, headers=headers)).status_code == 204


@pytest.mark.parametrize(("seconds", "status"), [(-300, 204), (300, 204), (-301, 400), (301, 400)])
async def test_X01_the_hospital_refuses_what_is_stale(
    http: httpx.AsyncClient, seconds: int, status: int
) -> None:
    headers = signed(at=NOW + timedelta(seconds=seconds))
    assert (await http.post("/", content=BODY, headers=headers)).status_code == status


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
async def test_X01_the_hospital_refuses_what_lacks_a_header(
    http: httpx.AsyncClient, missing: str
) -> None:
    headers = {name: value for name, value in signed().items() if name != missing}
    assert (await http.post("/", content=BODY, headers=headers)).status_code == 400


@pytest.mark.parametrize("timestamp", ["now", "-1", "1e9", "\u0661", "9" * 400])
async def test_X01_the_hospital_refuses_a_time_that_is_none(
    http: httpx.AsyncClient, timestamp: str
) -> None:
    headers = {k: v.encode() for k, v in signed().items()} | {
        "webhook-timestamp": timestamp.encode()
    }
    answer = await http.post("/", content=BODY, headers=headers)  # pyright: ignore[reportArgumentType]
    assert answer.status_code == 400


async def test_X01_the_hospital_shows_whatever_was_signed(
    hospital: Hospital, http: httpx.AsyncClient
) -> None:
    for body in ("", "not JSON", "[1]", "\x00"):
        await http.post("/", content=body, headers=signed(body))
    assert [each.title for each in hospital.shown()] == ["webhook"] * 4


async def test_X01_the_hospital_refuses_a_body_that_is_too_large(http: httpx.AsyncClient) -> None:
    body = "x" * 1_000_001
    answer = await http.post("/", content=body, headers=signed(body))
    assert answer.status_code == 413
