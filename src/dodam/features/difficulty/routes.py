"""A child's levels, and the care team's decisions on them, over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Request, delete, get, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.children.models.children import EXAMPLE_CHILD_ID
from dodam.features.children.service.access import ChildAccess
from dodam.features.content.models.motions import TherapyHand
from dodam.features.difficulty.models.levels import Decision, Difficulty, Exercise, NewDecision
from dodam.features.difficulty.service.decisions import Decisions
from dodam.features.difficulty.service.levels import Levels
from dodam.platform.http.access import guardians_and_staff_who_may, staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.tokens import Caller

_ChildId = Annotated[
    UUID, PathParameter(examples=[Example("A demo child", value=EXAMPLE_CHILD_ID)])
]
_MotionId = Annotated[
    str,
    PathParameter(
        pattern=r"^[a-z][a-z_]{1,39}\Z", examples=[Example("A motion", value="mass_grasp")]
    ),
]
_Hand = Annotated[TherapyHand, PathParameter(examples=[Example("A hand", value="left")])]
_AT_MOST_FOUR = Example(
    "At most level four for a while",
    value={
        "lowest": 1,
        "highest": 4,
        "reason": "손목 통증이 가라앉을 때까지",
        "until": "2026-12-31",
    },
)


class DifficultyController(Controller):
    path = "/children/{child_id:uuid}/difficulty"
    tags = ["difficulty"]

    @get(
        opt=guardians_and_staff_who_may(Permission.TREAT_CHILDREN),
        summary="Which levels to play at",
        operation_id="showDifficulty",
        responses=problem_responses(401, 403, 404),
    )
    async def show(
        self,
        request: Request[Caller, object, State],
        child_id: _ChildId,
        access: NamedDependency[ChildAccess],
        levels: NamedDependency[Levels],
    ) -> Difficulty:
        """The level of each motion and hand today, who decides it, and why, in a sentence.

        Within a day a level may fall, and never rises above where the day began.
        """
        async with access.looking(child_id, "difficulty") as (db, child):
            return await levels.of(db, child, caller_language(request))

    @put(
        "/{motion:str}/{hand:str}",
        opt=staff_who_may(Permission.TREAT_CHILDREN),
        summary="Decide on a level",
        operation_id="decideDifficulty",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def decide(
        self,
        child_id: _ChildId,
        motion: _MotionId,
        hand: _Hand,
        data: Annotated[NewDecision, Body(examples=[_AT_MOST_FOUR])],
        access: NamedDependency[ChildAccess],
        decisions: NamedDependency[Decisions],
    ) -> Decision:
        """Keep the level within a range, or fix it by a range of one, for a reason.

        A clinician's plan or a protocol that fixes the level comes first.
        """
        deed = access.changing(child_id, "difficulty.decided", motion=motion, hand=hand)
        async with deed as (tx, child):
            return await decisions.make(tx, access.actor, child, Exercise(motion, hand), data)

    @delete(
        "/{motion:str}/{hand:str}",
        opt=staff_who_may(Permission.TREAT_CHILDREN),
        summary="Lift a decision on a level",
        operation_id="liftDifficulty",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def lift(
        self,
        child_id: _ChildId,
        motion: _MotionId,
        hand: _Hand,
        access: NamedDependency[ChildAccess],
        decisions: NamedDependency[Decisions],
    ) -> None:
        """Let the plays decide again; nothing may have been decided."""
        deed = access.taking_away(child_id, "difficulty.lifted", motion=motion, hand=hand)
        async with deed as (tx, child):
            await decisions.lift(tx, access.actor, child, Exercise(motion, hand))

    @get(
        "/{motion:str}/{hand:str}/decisions",
        opt=guardians_and_staff_who_may(Permission.TREAT_CHILDREN),
        summary="List decisions on a level",
        operation_id="listDifficultyDecisions",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def history(
        self,
        child_id: _ChildId,
        motion: _MotionId,
        hand: _Hand,
        access: NamedDependency[ChildAccess],
        decisions: NamedDependency[Decisions],
    ) -> list[Decision]:
        """Every decision there was, the newest first; null levels lifted the one before."""
        async with access.looking(child_id, "difficulty") as (db, child):
            return await decisions.history(db, child, Exercise(motion, hand))
