"""P01: nothing is believed of the App Store but what Apple signed, for our app."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.x509 import ObjectIdentifier
from joserfc import jws
from joserfc.jwk import OctKey

from dodam.adapters.app_store.store import AppleAppStore
from dodam.adapters.app_store.verifying import SignedData
from dodam.features.billing.errors.stores import ForgedMessage, ForgedPurchase
from dodam.features.billing.models.stores import Environment
from dodam_sim.stores.apple.chain import (
    LEAF_MARK,
    LONG,
    Certified,
    Chain,
    Life,
    intermediate,
    leaf,
    root,
)
from dodam_sim.stores.apple.signing import Signer, ec_key, x5c
from tests.adapters.app_store_desk import (
    BOUGHT,
    CHAIN,
    STORE,
    a_message,
    a_renewal,
    a_transaction,
    of_sandbox,
    signed_data,
)

ANOTHER_MARK = ObjectIdentifier("1.2.840.113635.100.6.11.99")
IN_HEAD = [CHAIN.leaf, CHAIN.intermediate, CHAIN.root]


@pytest.fixture(scope="module")
def store() -> AppleAppStore:
    """Reads what is signed; asks nobody."""
    return AppleAppStore(signed_data(), {})


def signed_by(
    signer: Certified, certificates: list[Certified], payload: dict[str, Any], **head: Any
) -> str:
    header = {"alg": "ES256", "x5c": x5c(certificates), **head}
    return jws.serialize_compact(header, json.dumps(payload), ec_key(signer.key), ["ES256"])


async def refusal(store: AppleAppStore, message: str) -> str:
    with pytest.raises(ForgedMessage) as refused:
        await store.read_notification(message)
    return refused.value.reason


# --- what Apple signed -------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2021, 2026, 2043, 2098])
async def test_P01_what_the_store_signed_is_believed_whenever_it_signed_it(
    store: AppleAppStore, year: int
) -> None:
    at = int(datetime(year, 6, 1, tzinfo=UTC).timestamp() * 1000)
    told = await store.read_transaction(STORE.sign(a_transaction(signedDate=at)))
    assert told.environment is Environment.PRODUCTION


async def test_P01_the_sandbox_is_told_apart_by_what_is_signed(store: AppleAppStore) -> None:
    told = await store.read_transaction(STORE.sign(of_sandbox(a_transaction())))
    assert told.environment is Environment.SANDBOX
    message = a_message(
        transaction=of_sandbox(a_transaction()),
        renewal=of_sandbox(a_renewal()),
        data={"environment": "Sandbox", "appAppleId": None},
    )
    notification = await store.read_notification(STORE.sign(message))
    assert notification.environment is Environment.SANDBOX
    assert notification.told is not None
    assert notification.told.environment is Environment.SANDBOX


# --- what somebody else signed -----------------------------------------------------------------


def forgeries() -> dict[str, Callable[[dict[str, Any]], str]]:
    """Ways to sign a payload that are not the App Store's."""
    other = Chain.new()
    unmarked_leaf = leaf(CHAIN.intermediate, ANOTHER_MARK, LONG)
    unmarked = intermediate(CHAIN.root, ANOTHER_MARK)
    below_unmarked = leaf(unmarked, LEAF_MARK, LONG)
    over = leaf(CHAIN.intermediate, LEAF_MARK, Life(LONG.begins_at, BOUGHT - timedelta(days=1)))
    early = leaf(CHAIN.intermediate, LEAF_MARK, Life(BOUGHT + timedelta(days=1), LONG.ends_at))
    self_made = leaf(root("Apple Root CA - G3"), LEAF_MARK, LONG)
    hmac = OctKey.import_key("a secret that is known to whoever signs with it")
    return {
        "another root": Signer(other).sign,
        "another root's leaf under our chain": lambda payload: signed_by(
            other.leaf, IN_HEAD, payload
        ),
        "a chain that ends in Apple's root, and a leaf of another": lambda payload: signed_by(
            other.leaf, [other.leaf, CHAIN.intermediate, CHAIN.root], payload
        ),
        "a root of Apple's name": lambda payload: signed_by(
            self_made, [self_made, CHAIN.intermediate, CHAIN.root], payload
        ),
        "a leaf for something else": lambda payload: signed_by(
            unmarked_leaf, [unmarked_leaf, CHAIN.intermediate, CHAIN.root], payload
        ),
        "an intermediate for something else": lambda payload: signed_by(
            below_unmarked, [below_unmarked, unmarked, CHAIN.root], payload
        ),
        "a leaf that was over": lambda payload: signed_by(
            over, [over, CHAIN.intermediate, CHAIN.root], payload
        ),
        "a leaf that was not yet good": lambda payload: signed_by(
            early, [early, CHAIN.intermediate, CHAIN.root], payload
        ),
        "certificates the wrong way round": lambda payload: signed_by(
            CHAIN.leaf, IN_HEAD[::-1], payload
        ),
        "two certificates": lambda payload: signed_by(CHAIN.leaf, IN_HEAD[:2], payload),
        "four certificates": lambda payload: signed_by(CHAIN.leaf, [*IN_HEAD, CHAIN.root], payload),
        "a hundred certificates": lambda payload: signed_by(
            CHAIN.leaf, [*IN_HEAD, *([CHAIN.root] * 100)], payload
        ),
        "no certificates": lambda payload: signed_by(CHAIN.leaf, [], payload),
        "certificates that are none": lambda payload: signed_by(
            CHAIN.leaf, IN_HEAD, payload, x5c=["AAAA", "AAAA", "AAAA"]
        ),
        "a key of its own in the head": lambda payload: signed_by(
            other.leaf, IN_HEAD, payload, jwk=ec_key(other.leaf.key).as_dict(private=False)
        ),
        "no signature": lambda payload: unsigned({"alg": "none", "x5c": x5c(IN_HEAD)}, payload),
        "the leaf's public key as a secret": lambda payload: jws.serialize_compact(
            {"alg": "HS256", "x5c": x5c(IN_HEAD)}, json.dumps(payload), hmac, ["HS256"]
        ),
        "a changed payload": tampered,
    }


def unsigned(head: dict[str, Any], payload: dict[str, Any]) -> str:
    parts = (json.dumps(each).encode() for each in (head, payload))
    return ".".join([*(base64.urlsafe_b64encode(each).decode().rstrip("=") for each in parts), ""])


def tampered(payload: dict[str, Any]) -> str:
    head, _, signature = STORE.sign(payload).split(".")
    changed = STORE.sign({**payload, "signedDate": payload["signedDate"] + 1}).split(".")[1]
    return f"{head}.{changed}.{signature}"


@pytest.mark.parametrize("how", forgeries())
async def test_P01_a_forgery_is_refused_wherever_it_stands(store: AppleAppStore, how: str) -> None:
    sign = forgeries()[how]
    with pytest.raises(ForgedPurchase):
        await store.read_transaction(sign(a_transaction()))
    assert await refusal(store, sign(a_message(transaction=a_transaction())))
    inside = {"signedTransactionInfo": sign(a_transaction())}
    assert await refusal(store, STORE.sign(a_message(data=inside)))
    beside = {"signedRenewalInfo": sign(a_renewal())}
    around = a_message(transaction=a_transaction(), data=beside)
    assert await refusal(store, STORE.sign(around))


@pytest.mark.parametrize(
    "garbage",
    [
        *("", ".", "..", "a.b.c", "eyJhbGciOiJFUzI1NiJ9..", "\x00", "한글.한글.한글"),
        unsigned({"alg": "ES256", "x5c": 7}, {}),
        unsigned({"alg": "ES256", "x5c": [None, None, None]}, {"signedDate": "yesterday"}),
        base64.urlsafe_b64encode(b"[" * 50_000).decode() + ".e30.",
        "x" * 2_000_000,
    ],
    ids=lambda garbage: repr(garbage[:20]),
)
async def test_P01_what_is_no_signed_message_at_all_is_refused(
    store: AppleAppStore, garbage: str
) -> None:
    assert await refusal(store, garbage) in {"not_signed", "too_large"}
    with pytest.raises(ForgedPurchase):
        await store.read_transaction(garbage)


# --- what Apple signed, but not for us ---------------------------------------------------------


async def test_P01_a_message_for_another_app_is_refused(store: AppleAppStore) -> None:
    for other in ({"bundleId": "com.example.other"}, {"appAppleId": 1}, {"appAppleId": None}):
        assert await refusal(store, STORE.sign(a_message(data=other))) == "wrong_app"
    assert await refusal(store, STORE.sign(a_message(data={"bundleId": None}))) == "wrong_app"
    assert await refusal(store, STORE.sign({"signedDate": 1_773_835_205_123})) == "wrong_app"
    with pytest.raises(ForgedPurchase):
        await store.read_transaction(STORE.sign(a_transaction(bundleId="com.example.other")))


async def test_P01_a_purchase_for_another_app_is_not_smuggled_in_by_a_message_for_ours(
    store: AppleAppStore,
) -> None:
    message = a_message(transaction=a_transaction(bundleId="com.example.other"))
    assert await refusal(store, STORE.sign(message)) == "wrong_app"


async def test_P01_a_sandbox_purchase_does_not_pass_for_a_real_one(store: AppleAppStore) -> None:
    """A production message speaks of production only, and the other way round."""
    message = a_message(transaction=of_sandbox(a_transaction()), renewal=a_renewal())
    assert await refusal(store, STORE.sign(message)) == "wrong_environment"
    message = a_message(transaction=a_transaction(), renewal=of_sandbox(a_renewal()))
    assert await refusal(store, STORE.sign(message)) == "wrong_environment"
    message = a_message(transaction=a_transaction(), data={"environment": "Sandbox"})
    assert await refusal(store, STORE.sign(message)) == "wrong_environment"


@pytest.mark.parametrize("environment", ["Xcode", "LocalTesting", "xcode", "", "Nowhere"])
async def test_P01_what_xcode_and_local_tests_sign_is_never_believed(
    store: AppleAppStore, environment: str
) -> None:
    """Apple's library believes anything in these environments, signed or not."""
    purchase = a_transaction(environment=environment)
    self_signed = leaf(root("StoreKit Testing in Xcode"), LEAF_MARK, LONG)
    for said in (
        STORE.sign(purchase),
        signed_by(self_signed, [self_signed], purchase),
        unsigned({"alg": "none"}, purchase),
    ):
        with pytest.raises(ForgedPurchase):
            await store.read_transaction(said)
    for message in (
        a_message(data={"environment": environment}),
        a_message(transaction=purchase),
        a_message(transaction=purchase, data={"environment": environment}),
        a_message(renewal=a_renewal(environment=environment)),
    ):
        assert await refusal(store, STORE.sign(message)) in {"wrong_environment", "wrong_app"}
        assert await refusal(store, unsigned({"alg": "none"}, message)) == "not_signed"


async def test_P01_a_purchase_and_a_renewal_of_two_subscriptions_are_refused(
    store: AppleAppStore,
) -> None:
    renewal = a_renewal(originalTransactionId="2000000000000999")
    message = a_message(transaction=a_transaction(), renewal=renewal)
    assert await refusal(store, STORE.sign(message)) == "contradicts_itself"


async def test_P01_a_message_in_no_shape_of_apples_is_refused(store: AppleAppStore) -> None:
    for change in (
        {"notificationUUID": None},
        {"notificationType": None},
        {"signedDate": None},
        {"data": "nothing"},
        {"data": {"bundleId": {"a": 1}}},
    ):
        message = {**a_message(), **change}
        assert await refusal(store, STORE.sign(message)) in {"unreadable", "wrong_app"}


def test_P01_a_root_certificate_that_is_none_stops_the_start() -> None:
    with pytest.raises(ValueError, match="parsing"):
        SignedData([b"-----BEGIN CERTIFICATE-----"], "a.b", 1, online_checks=False)
