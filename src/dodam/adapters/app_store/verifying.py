"""What the App Store signed, believed only by way of Apple's own library.

https://developer.apple.com/documentation/appstoreserverapi/jwstransaction
https://developer.apple.com/documentation/appstoreservernotifications/responsebodyv2
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from appstoreserverlibrary.models.Environment import Environment as AppleEnvironment
from appstoreserverlibrary.models.JWSRenewalInfoDecodedPayload import JWSRenewalInfoDecodedPayload
from appstoreserverlibrary.models.JWSTransactionDecodedPayload import JWSTransactionDecodedPayload
from appstoreserverlibrary.models.ResponseBodyV2DecodedPayload import ResponseBodyV2DecodedPayload
from appstoreserverlibrary.signed_data_verifier import (
    SignedDataVerifier,
    VerificationException,
    VerificationStatus,
)
from cryptography.x509 import load_der_x509_certificate
from msgspec import Struct

from dodam.features.billing.models.stores import Environment
from dodam.platform.work import TryLater

T = TypeVar("T")

# Apple's own are below 20 KB; what is larger is not even taken apart.
_LONGEST = 128 * 1024
# A verification is 1 to 2 ms of work, and with online checks two requests every 15 minutes. While
# those hang, no thread that others need is taken, and nobody is kept waiting for longer than this.
_THREADS = 4
_SECONDS = 8.0
# What is of the sandbox looks like this to production.
_PERHAPS_OF_THE_OTHER = {
    VerificationStatus.INVALID_APP_IDENTIFIER,
    VerificationStatus.INVALID_ENVIRONMENT,
}
_REASONS = {
    VerificationStatus.INVALID_APP_IDENTIFIER: "wrong_app",
    VerificationStatus.INVALID_ENVIRONMENT: "wrong_environment",
    VerificationStatus.INVALID_CERTIFICATE: "wrong_certificates",
    VerificationStatus.INVALID_CHAIN_LENGTH: "wrong_certificates",
    VerificationStatus.INVALID_CHAIN: "wrong_certificates",
}


class Refused(Exception):
    """Not signed by Apple for this app, or in no shape that Apple documents; `reason` is a word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Purchase(Struct, frozen=True):
    """Transactions of one purchase or of several, and how one of them renews."""

    environment: Environment
    transactions: Sequence[JWSTransactionDecodedPayload]
    renewal: JWSRenewalInfoDecodedPayload | None = None


class Message(Struct, frozen=True):
    """A notification, and the purchase it is about: one transaction at most."""

    body: ResponseBodyV2DecodedPayload
    purchase: Purchase


class SignedData:
    """Reads what is signed for an app. Raises Refused, and TryLater while Apple cannot be asked.

    `roots` are in DER; raises ValueError for what is not. In the environments of Xcode and of
    local tests the library believes anything: there is no verifier for them here.
    """

    def __init__(
        self, roots: Sequence[bytes], bundle_id: str, app_id: int, *, online_checks: bool
    ) -> None:
        for root in roots:
            load_der_x509_certificate(root)
        self._verifiers = {
            environment: SignedDataVerifier(list(roots), online_checks, of_apple, bundle_id, app_id)
            for environment, of_apple in (
                (Environment.PRODUCTION, AppleEnvironment.PRODUCTION),
                (Environment.SANDBOX, AppleEnvironment.SANDBOX),
            )
        }
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="app-store")

    async def message(self, signed: str) -> Message:
        return await self._apart(lambda: self._message(signed))

    async def transaction(self, signed: str) -> Purchase:
        return await self._apart(lambda: self._transaction(signed))

    async def purchase(
        self, environment: Environment, transactions: Sequence[str], renewal: str | None
    ) -> Purchase:
        """What the server API answered, of the environment that was asked."""
        return await self._apart(lambda: self._purchase(environment, transactions, renewal))

    def _message(self, signed: str) -> Message:
        environment, body = self._in_either(
            lambda verifier: verifier.verify_and_decode_notification(_bounded(signed))
        )
        data = body.data
        inner = data.signedTransactionInfo if data else None
        purchase = self._purchase(
            environment, [inner] if inner else [], data.signedRenewalInfo if data else None
        )
        if purchase.renewal is not None and any(
            each.originalTransactionId != purchase.renewal.originalTransactionId
            for each in purchase.transactions
        ):
            raise Refused("contradicts_itself")
        return Message(body, purchase)

    def _transaction(self, signed: str) -> Purchase:
        environment, transaction = self._in_either(
            lambda verifier: verifier.verify_and_decode_signed_transaction(_bounded(signed))
        )
        return Purchase(environment, [transaction])

    def _purchase(
        self, environment: Environment, transactions: Sequence[str], renewal: str | None
    ) -> Purchase:
        verifier = self._verifiers[environment]
        return Purchase(
            environment,
            [verifier.verify_and_decode_signed_transaction(each) for each in transactions],
            verifier.verify_and_decode_renewal_info(renewal) if renewal else None,
        )

    def _in_either(self, read: Callable[[SignedDataVerifier], T]) -> tuple[Environment, T]:
        """What it is, and of which environment; production's refusal, if it is of none."""
        try:
            return Environment.PRODUCTION, read(self._verifiers[Environment.PRODUCTION])
        except VerificationException as refusal:
            if refusal.status not in _PERHAPS_OF_THE_OTHER:
                raise
            try:
                return Environment.SANDBOX, read(self._verifiers[Environment.SANDBOX])
            except VerificationException:
                raise refusal from None

    async def _apart(self, read: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(_SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._threads, read)
        except TimeoutError as error:
            raise TryLater("apple does not say whether its certificates hold") from error
        except VerificationException as error:
            if error.status is VerificationStatus.RETRYABLE_VERIFICATION_FAILURE:
                raise TryLater("apple cannot be asked whether its certificates hold") from error
            raise Refused(_REASONS.get(error.status, "not_signed")) from error
        except ExceptionGroup as error:
            # The library's word for a field of another type than documented.
            raise Refused("unreadable") from error


def _bounded(signed: str) -> str:
    if len(signed) > _LONGEST:
        raise Refused("too_large")
    return signed
