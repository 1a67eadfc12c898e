"""Uploading play records over HTTP."""

from litestar import Controller, Request, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import Example, Reference
from litestar.params import RawBody

from dodam.features.therapy.models.plays import PlayRecord, UploadReceipt
from dodam.features.therapy.routes.child import ChildId
from dodam.features.therapy.service.uploads import Uploads
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.http.records import Records, taking_records
from dodam.platform.tokens import Caller

_RECORDS = Records(PlayRecord, free="payload")

_PLAY = {
    "id": "01933c5e-7a00-7000-8000-00000000a001",
    "session_id": "01933c5e-7a00-7000-8000-00000000b001",
    "motion": "mass_grasp",
    "hand": "left",
    "started_at": "2026-11-23T17:31:05+09:00",
    "duration_ms": 95000,
    "repetitions": 20,
    "successes": 16,
    "accuracy": 0.82,
    "score": 1640,
    "difficulty": 3,
    "label": "fist",
    "device": "Galaxy Tab S9",
    "payload": {"level": "forest", "stars": 2},
}
_EXAMPLES: dict[str, Example | Reference] = {
    "one": Example("One record", value=_PLAY),
    "two": Example(
        "Two records of a session",
        value=[
            _PLAY,
            {
                **_PLAY,
                "id": "01933c5e-7a00-7000-8000-00000000a002",
                "motion": "tip_pinch",
                "started_at": "2026-11-23T17:33:10+09:00",
            },
        ],
    ),
}


class UploadsController(Controller):
    path = "/children/{child_id:uuid}"
    tags = ["plays"]

    @post(
        "/play-records",
        status_code=200,
        operation_class=taking_records(PlayRecord, _EXAMPLES),
        summary="Upload play records",
        operation_id="uploadPlayRecords",
        responses=problem_responses(400, 401, 403, 404, 413),
    )
    async def upload(
        self,
        child_id: ChildId,
        request: Request[Caller, object, State],
        body: RawBody,
        uploads: NamedDependency[Uploads],
        caller: NamedDependency[Caller],
    ) -> UploadReceipt:
        """Upload one play record or up to 500, in any order, days late, even twice.

        The answer tells what became of each: `created`, `duplicate`, or `rejected` with why. It is
        sent when everything created is durable, so what was answered may be deleted on the tablet.
        """
        return await uploads.receive(
            caller.account_id, child_id, await _RECORDS.decode(body), caller_language(request)
        )
