"""The codes and scales that diagnoses speak in, over HTTP."""

from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import HeaderParameter, QueryParameter

from dodam.features.children.models.classifications import DiagnosisCode, SeverityScale
from dodam.features.children.service.classifications import Classifications
from dodam.platform.http.access import ANYONE_SIGNED_IN
from dodam.platform.http.caching import ETAG_HEADER, UNCHANGED, answer_unless_unchanged
from dodam.platform.http.problems import problem_responses

_CACHING = {"cache-control": "private, max-age=300", "vary": "Authorization"}
_Held = Annotated[str | None, HeaderParameter(name="If-None-Match")]
_Sought = Annotated[
    str | None,
    QueryParameter(
        name="search",
        max_length=80,
        description="The beginning of a code, or a part of a title in either language.",
        examples=[Example("A part of a title", value="편마비")],
    ),
]


class ClassificationsController(Controller):
    tags = ["children"]
    opt = ANYONE_SIGNED_IN

    @get(
        "/diagnosis-codes",
        summary="List diagnosis codes",
        operation_id="listDiagnosisCodes",
        response_headers=[ETAG_HEADER],
        responses={**UNCHANGED, **problem_responses(400, 401)},
    )
    async def codes(
        self,
        classifications: NamedDependency[Classifications],
        sought: _Sought = None,
        if_none_match: _Held = None,
    ) -> Response[list[DiagnosisCode]]:
        """The usual codes of children's hand rehabilitation, in order, in Korean and English.

        A diagnosis may have any other code of KCD-8 or ICD-10 too; it has no title then.
        """
        return answer_unless_unchanged(classifications.codes(sought), if_none_match, _CACHING)

    @get(
        "/severity-scales",
        summary="List severity scales",
        operation_id="listSeverityScales",
        response_headers=[ETAG_HEADER],
        responses={**UNCHANGED, **problem_responses(401)},
    )
    async def scales(
        self, classifications: NamedDependency[Classifications], if_none_match: _Held = None
    ) -> Response[list[SeverityScale]]:
        """The scales a diagnosis can hold: what they are of, at which ages, and each level."""
        return answer_unless_unchanged(
            list(classifications.scales.values()), if_none_match, _CACHING
        )
