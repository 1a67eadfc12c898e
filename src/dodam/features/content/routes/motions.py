"""The motion catalogue over HTTP."""

from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import HeaderParameter

from dodam.features.content.models.motions import ShownMotion
from dodam.features.content.service.catalogue import Catalogue
from dodam.platform.database import Database
from dodam.platform.http.caching import ETAG_HEADER, UNCHANGED, answer_unless_unchanged
from dodam.platform.http.problems import problem_responses

_CACHING = {"cache-control": "private, max-age=300", "vary": "Authorization"}


class MotionsController(Controller):
    path = "/motions"
    tags = ["content"]

    @get(
        summary="List motions",
        operation_id="listMotions",
        response_headers=[ETAG_HEADER],
        responses={**UNCHANGED, **problem_responses(401)},
    )
    async def list_motions(
        self,
        db: NamedDependency[Database],
        catalogue: NamedDependency[Catalogue],
        if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
    ) -> Response[list[ShownMotion]]:
        """Every therapeutic motion, in order, in Korean and English, with its video and images.

        `retired` ones are there for the plans and plays that name them: offer none of them.
        Send the `ETag` of an earlier answer as `If-None-Match` to get 304 when nothing changed.
        """
        async with db.reading() as reading:
            motions = await catalogue.shown(reading)
        return answer_unless_unchanged(motions, if_none_match, _CACHING)
