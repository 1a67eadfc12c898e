"""Looking after the motion catalogue over HTTP, for the staff."""

from typing import Annotated

from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.content.models.motions import (
    MOTION_ID,
    MotionForm,
    MotionVersion,
    ShownMotion,
)
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.content.service.motions import Motions
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_MAY_READ = staff_who_may(Permission.READ_DRAFTS)
_MAY_CHANGE = staff_who_may(Permission.MANAGE_CONTENT)
MotionId = Annotated[
    str,
    PathParameter(
        pattern=MOTION_ID, max_length=40, examples=[Example("A motion", value="key_turn")]
    ),
]
_KEY_TURN = Example(
    "A new motion",
    value={
        "based_on": 0,
        "position": 19,
        "name": {"ko": "열쇠 돌리기", "en": "Turning a key"},
        "description": {
            "ko": "엄지와 검지 옆면으로 열쇠를 쥐고 돌리는 움직임입니다.",
            "en": "Holding a key between thumb and the side of the index finger, and turning it.",
        },
        "instruction": {
            "ko": "열쇠를 꼭 쥐고 보물 상자를 열어 봐요!",
            "en": "Hold the key tight and open the treasure chest!",
        },
        "labels": ["lateral_pinch", "palm_up", "palm_down"],
        "bimanual": False,
        "default_repetitions": 12,
        "video": None,
        "images": [],
    },
)


class StaffMotionsController(Controller):
    path = "/staff/motions"
    tags = ["content"]

    @get(
        opt=_MAY_READ,
        summary="List motions, for the staff",
        operation_id="listMotionsForStaff",
        responses=problem_responses(401, 403),
    )
    async def list_motions(
        self, db: NamedDependency[Database], catalogue: NamedDependency[Catalogue]
    ) -> list[ShownMotion]:
        """What clients are shown, in catalogue order."""
        async with db.reading() as reading:
            return await catalogue.shown(reading)

    @put(
        "/{motion_id:str}",
        opt=_MAY_CHANGE,
        summary="Save a motion",
        operation_id="saveMotion",
        responses=problem_responses(400, 401, 403, 409),
    )
    async def save(
        self,
        motion_id: MotionId,
        data: Annotated[MotionForm, Body(examples=[_KEY_TURN])],
        db: NamedDependency[Database],
        motions: NamedDependency[Motions],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> MotionVersion:
        """A new motion, or the next version of one, whole. Clients see it within a second.

        `based_on` must be the newest version, else somebody has changed it meanwhile (409). From
        then on a release of the product does not change this motion any more.
        """
        async with db.transaction() as tx:
            return await motions.save(tx, Actor.calling(caller, origin), motion_id, data)

    @get(
        "/{motion_id:str}/versions",
        opt=_MAY_READ,
        summary="List a motion's versions",
        operation_id="listMotionVersions",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def list_versions(
        self,
        motion_id: MotionId,
        db: NamedDependency[Database],
        motions: NamedDependency[Motions],
        before: Annotated[
            int | None, QueryParameter(ge=1, le=2**31 - 1, description="Versions older than this.")
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> list[MotionVersion]:
        """All it ever was, the newest first."""
        async with db.reading() as reading:
            return await motions.versions(reading, motion_id, before, limit)

    @put(
        "/{motion_id:str}/retirement",
        opt=_MAY_CHANGE,
        summary="Retire a motion",
        operation_id="retireMotion",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def retire(
        self,
        motion_id: MotionId,
        db: NamedDependency[Database],
        motions: NamedDependency[Motions],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> MotionVersion:
        """No new plan takes it. Plans that have it go on, and what was played counts."""
        async with db.transaction() as tx:
            return await motions.retire(tx, Actor.calling(caller, origin), motion_id)

    @delete(
        "/{motion_id:str}/retirement",
        opt=_MAY_CHANGE,
        status_code=200,
        summary="Restore a motion",
        operation_id="restoreMotion",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def restore(
        self,
        motion_id: MotionId,
        db: NamedDependency[Database],
        motions: NamedDependency[Motions],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> MotionVersion:
        """New plans take it again."""
        async with db.transaction() as tx:
            return await motions.restore(tx, Actor.calling(caller, origin), motion_id)
