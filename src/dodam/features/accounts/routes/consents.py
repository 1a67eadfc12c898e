"""Documents and consents over HTTP."""

from typing import Annotated

from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, HeaderParameter

from dodam.features.accounts.models.consents import (
    AskedConsents,
    ConsentChanges,
    ConsentDocument,
    NewConsentDocument,
)
from dodam.features.accounts.models.permissions import Permission
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.accounts.service.consents import Consents
from dodam.features.audit.models import Actor
from dodam.platform.database import Database
from dodam.platform.http.access import PUBLIC, staff_who_may
from dodam.platform.http.caching import ETAG_HEADER, UNCHANGED, answer_unless_unchanged
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_CACHING = {"cache-control": "public, max-age=60"}
_NEXT_VERSION = Example(
    "New words on advertising",
    value={
        "kind": "marketing",
        "version": 2,
        "title": {"ko": "광고성 정보 수신 동의 (선택)", "en": "Advertising (optional)"},
        "text": {"ko": "새 게임 소식을 받습니다.", "en": "News of games by e-mail."},
        "effective_from": "2027-01-01T00:00:00+09:00",
    },
)
_REQUIRED = Example("The required documents", value={"terms": 1, "privacy": 1})
_NO_MARKETING = Example("No advertising any more", value={"marketing": None})


class ConsentDocumentsController(Controller):
    tags = ["consents"]

    @get(
        "/consent-documents",
        opt=PUBLIC,
        security=[{}],
        summary="What is to be consented to",
        operation_id="listConsentDocuments",
        response_headers=[ETAG_HEADER],
        responses={**UNCHANGED},
    )
    async def shown(
        self,
        db: NamedDependency[Database],
        consent_documents: NamedDependency[ConsentDocuments],
        if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
    ) -> Response[list[ConsentDocument]]:
        """The documents in force, and the versions that will follow, which can be consented to now.

        Send the `ETag` of an earlier answer as `If-None-Match` to get 304 when nothing changed.
        """
        async with db.reading() as reading:
            documents = await consent_documents.to_show(reading)
        return answer_unless_unchanged(documents, if_none_match, _CACHING)

    @post(
        "/staff/consent-documents",
        opt=staff_who_may(Permission.PUBLISH_CONSENT_DOCUMENTS),
        summary="Publish a document's next version",
        operation_id="publishConsentDocument",
        responses={
            200: ResponseSpec(
                ConsentDocument, description="Published before", generate_examples=False
            ),
            **problem_responses(400, 401, 403, 409),
        },
    )
    async def publish(
        self,
        data: Annotated[NewConsentDocument, Body(examples=[_NEXT_VERSION])],
        db: NamedDependency[Database],
        consent_documents: NamedDependency[ConsentDocuments],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Response[ConsentDocument]:
        """From `effective_from` on nothing is stored without consent to it, if it is required."""
        async with db.transaction() as tx:
            document, is_new = await consent_documents.publish(
                tx, data, Actor.calling(caller, origin)
            )
        return Response(document, status_code=201 if is_new else 200)


class ConsentsController(Controller):
    path = "/account/consents"
    tags = ["consents"]

    @get(
        summary="Show own consents",
        operation_id="showConsents",
        responses=problem_responses(401, 403),
    )
    async def show(
        self,
        db: NamedDependency[Database],
        consents: NamedDependency[Consents],
        caller: NamedDependency[Caller],
    ) -> AskedConsents:
        """What is asked of the account holder, what was answered, and every answer before."""
        async with db.reading() as reading:
            return await consents.of(reading, caller.account_id)

    @put(
        summary="Give or withdraw consent",
        operation_id="changeConsents",
        responses=problem_responses(400, 401, 403),
    )
    async def change(
        self,
        data: Annotated[ConsentChanges, Body(examples=[_REQUIRED, _NO_MARKETING])],
        db: NamedDependency[Database],
        consents: NamedDependency[Consents],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> AskedConsents:
        """Answer for oneself: a version to consent to it, null to withdraw.

        Without the required ones nothing more of the children is stored, from this moment on.
        """
        async with db.transaction() as tx:
            return await consents.change(tx, caller.account_id, data, origin)
