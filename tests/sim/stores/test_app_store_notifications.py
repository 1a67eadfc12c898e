"""Every notification of Apple's reference is made by the simulated App Store, and Apple's own
library verifies and understands it.
"""

import pytest
from appstoreserverlibrary.models.Environment import Environment as ApplesEnvironment
from appstoreserverlibrary.models.InAppOwnershipType import InAppOwnershipType
from appstoreserverlibrary.models.NotificationTypeV2 import NotificationTypeV2
from appstoreserverlibrary.models.OfferType import OfferType
from appstoreserverlibrary.models.RevocationType import RevocationType
from appstoreserverlibrary.models.Status import Status
from appstoreserverlibrary.models.Subtype import Subtype
from appstoreserverlibrary.signed_data_verifier import VerificationException

from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.saying import Notification
from dodam_sim.stores.apple.scenes import SCENES, Pair, play
from dodam_sim.stores.apple.service import AppStoreService
from tests.sim.stores.app_store import PLUS, a_service, a_verifier

# Of Apple's reference since June 2025, and not in the library (3.1.2) yet.
_NEWER_THAN_THE_LIBRARY = {"CREATED", "ACTIVE_TOKEN_REMINDER"}


@pytest.fixture
def service() -> AppStoreService:
    return a_service()


def played(service: AppStoreService, pair: Pair) -> Notification:
    play(SCENES[pair], service.store, service.clock)
    [said] = [each for each in service.store.notifications if (each.type, each.subtype) == pair]
    return said


def name(pair: Pair) -> str:
    return "-".join(filter(None, pair))


@pytest.mark.parametrize("pair", SCENES, ids=name)
def test_X01_P01_apples_library_takes_each_type_and_subtype(
    service: AppStoreService, pair: Pair
) -> None:
    said = played(service, pair)
    verifier = a_verifier(service)
    read = verifier.verify_and_decode_notification(said.signed(service.signer.sign))
    assert (read.rawNotificationType, read.rawSubtype) == pair
    assert read.notificationType is not None
    assert (read.subtype is None) is (pair[1] is None or pair[1] in _NEWER_THAN_THE_LIBRARY)
    assert (read.notificationUUID, read.signedDate, read.version) == (said.uuid, said.at, "2.0")
    parts = (read.data, read.summary, read.externalPurchaseToken, read.appData)
    assert len([part for part in parts if part is not None]) == 1
    if read.data is not None and read.data.signedTransactionInfo is not None:
        about = verifier.verify_and_decode_signed_transaction(read.data.signedTransactionInfo)
        assert about.signedDate == said.at
        if read.data.signedRenewalInfo is not None:
            renewal = verifier.verify_and_decode_renewal_info(read.data.signedRenewalInfo)
            assert renewal.originalTransactionId == about.originalTransactionId == said.key
            assert (renewal.signedDate, about.expiresDate) == (said.at, renewal.renewalDate)
    if read.appData is not None:
        signed = read.appData.signedAppTransactionInfo
        assert signed is not None
        assert verifier.verify_and_decode_app_transaction(signed).bundleId == "kr.dodam.app"


def test_X01_P01_no_type_or_subtype_that_the_library_knows_is_without_a_scene() -> None:
    types, subtypes = zip(*SCENES, strict=True)
    assert set(types) == {each.value for each in NotificationTypeV2}
    known = {each.value for each in Subtype}
    assert set(subtypes) == known | _NEWER_THAN_THE_LIBRARY | {None}


@pytest.mark.parametrize(
    ("pair", "status"),
    [
        (("SUBSCRIBED", "INITIAL_BUY"), Status.ACTIVE),
        (("DID_FAIL_TO_RENEW", "GRACE_PERIOD"), Status.BILLING_GRACE_PERIOD),
        (("DID_FAIL_TO_RENEW", None), Status.BILLING_RETRY),
        (("GRACE_PERIOD_EXPIRED", None), Status.BILLING_RETRY),
        (("EXPIRED", "BILLING_RETRY"), Status.EXPIRED),
        (("REFUND", None), Status.REVOKED),
        (("REVOKE", None), Status.REVOKED),
        (("REFUND_REVERSED", None), Status.ACTIVE),
    ],
)
def test_X01_a_notification_tells_how_the_subscription_stands(
    service: AppStoreService, pair: Pair, status: Status
) -> None:
    signed = played(service, pair).signed(service.signer.sign)
    data = a_verifier(service).verify_and_decode_notification(signed).data
    assert data is not None
    assert data.status is status


def test_X01_a_device_is_given_what_the_library_takes(service: AppStoreService) -> None:
    key = service.store.families.buy("dodam.monthly", "0f8fad5b-d9cb-469f-a165-70867728950e")
    member = service.store.families.share(key)
    verifier = a_verifier(service)
    bought = verifier.verify_and_decode_signed_transaction(service.on_device(key))
    assert (bought.transactionId, bought.offerType) == (key, OfferType.INTRODUCTORY_OFFER)
    assert bought.appAccountToken == "0f8fad5b-d9cb-469f-a165-70867728950e"
    shared = verifier.verify_and_decode_signed_transaction(service.on_device(member))
    assert shared.inAppOwnershipType is InAppOwnershipType.FAMILY_SHARED
    service.store.families.stop_sharing(member)
    revoked = verifier.verify_and_decode_signed_transaction(service.on_device(member))
    assert revoked.revocationType is RevocationType.FAMILY_REVOKE


def test_X01_what_the_sandbox_signs_is_not_productions(service: AppStoreService) -> None:
    service.store.families.buy(PLUS, environment=Environment.SANDBOX)
    signed = service.store.notifications[-1].signed(service.signer.sign)
    read = a_verifier(service, ApplesEnvironment.SANDBOX).verify_and_decode_notification(signed)
    assert read.data is not None
    assert (read.data.rawEnvironment, read.data.appAppleId) == ("Sandbox", None)
    with pytest.raises(VerificationException):
        a_verifier(service).verify_and_decode_notification(signed)


def test_X01_another_app_store_is_not_believed(service: AppStoreService) -> None:
    signed = service.store.desk.test().signed(a_service().signer.sign)
    with pytest.raises(VerificationException):
        a_verifier(service).verify_and_decode_notification(signed)


def test_X01_what_apple_has_not_invented_yet_can_be_said(service: AppStoreService) -> None:
    key = service.store.families.buy(PLUS)
    service.store.desk.say("GIFTED", "TO_A_FRIEND", key)
    signed = service.store.notifications[-1].signed(service.signer.sign)
    read = a_verifier(service).verify_and_decode_notification(signed)
    assert (read.notificationType, read.rawNotificationType, read.rawSubtype) == (
        *(None, "GIFTED", "TO_A_FRIEND"),
    )
