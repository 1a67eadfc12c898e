"""A child's diagnoses over HTTP, for its guardian and its care team."""

from typing import Annotated, TypeAlias
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.children.models.diagnoses import (
    Diagnosis,
    DiagnosisChanges,
    DiagnosisVersion,
    NewDiagnosis,
)
from dodam.features.children.routes.children import ChildId
from dodam.features.children.service.access import ChildAccess
from dodam.features.children.service.diagnoses import Diagnoses
from dodam.platform.http.access import guardians_and_staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.tokens import Caller

DiagnosisId = Annotated[
    UUID,
    PathParameter(examples=[Example("A diagnosis", value="01900000-0000-7000-8000-0000000000d1")]),
]
_Request: TypeAlias = Request[Caller, object, State]
_HEMIPLEGIA = Example(
    "Spastic hemiplegic cerebral palsy",
    value={
        "code": "G80.2",
        "diagnosed_on": "2021-06-30",
        "institution": "서울재활병원",
        "macs": "II",
        "gmfcs": "I",
        "bfmf": "II",
        "assessed_on": "2026-03-02",
    },
)
_REASSESSED = Example("Assessed anew", value={"macs": "I", "notes": "치료 6개월 후 재평가"})


class DiagnosesController(Controller):
    path = "/children/{child_id:uuid}/diagnoses"
    tags = ["children"]
    opt = guardians_and_staff_who_may(Permission.TREAT_CHILDREN)

    @get(
        summary="List diagnoses",
        operation_id="listDiagnoses",
        responses=problem_responses(401, 403, 404),
    )
    async def list_diagnoses(
        self,
        request: _Request,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        diagnoses: NamedDependency[Diagnoses],
    ) -> list[Diagnosis]:
        """The child's diagnoses as they stand, the latest first."""
        async with access.looking(child_id, "diagnoses") as (db, child):
            return await diagnoses.all_of(db, child, caller_language(request))

    @post(
        summary="Record a diagnosis",
        operation_id="recordDiagnosis",
        responses={
            200: ResponseSpec(
                Diagnosis, description="Recorded before with this id", generate_examples=False
            ),
            **problem_responses(400, 401, 403, 404, 409),
        },
    )
    async def record(
        self,
        request: _Request,
        child_id: ChildId,
        data: Annotated[NewDiagnosis, Body(examples=[_HEMIPLEGIA])],
        access: NamedDependency[ChildAccess],
        diagnoses: NamedDependency[Diagnoses],
    ) -> Response[Diagnosis]:
        """Record a diagnosis; with an `id` of the client's own (UUIDv7) a retry is safe."""
        async with access.changing(child_id, "diagnosis.recorded") as (tx, child):
            diagnosis, is_new = await diagnoses.record(
                tx, access.actor, child, data, caller_language(request)
            )
        return Response(diagnosis, status_code=201 if is_new else 200)

    @get(
        "/{diagnosis_id:uuid}",
        summary="Show a diagnosis",
        operation_id="showDiagnosis",
        responses=problem_responses(401, 403, 404),
    )
    async def show(
        self,
        request: _Request,
        child_id: ChildId,
        diagnosis_id: DiagnosisId,
        access: NamedDependency[ChildAccess],
        diagnoses: NamedDependency[Diagnoses],
    ) -> Diagnosis:
        async with access.looking(child_id, "diagnoses") as (db, child):
            return await diagnoses.of(db, child, diagnosis_id, caller_language(request))

    @patch(
        "/{diagnosis_id:uuid}",
        summary="Change a diagnosis",
        operation_id="changeDiagnosis",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def change(
        self,
        request: _Request,
        child_id: ChildId,
        diagnosis_id: DiagnosisId,
        data: Annotated[DiagnosisChanges, Body(examples=[_REASSESSED])],
        access: NamedDependency[ChildAccess],
        diagnoses: NamedDependency[Diagnoses],
    ) -> Diagnosis:
        """Change any subset of the fields; what was there before stays in the history."""
        deed = access.changing(child_id, "diagnosis.changed", diagnosis=diagnosis_id)
        async with deed as (tx, child):
            return await diagnoses.change(
                tx, access.actor, child, diagnosis_id, data, caller_language(request)
            )

    @delete(
        "/{diagnosis_id:uuid}",
        summary="Delete a diagnosis",
        operation_id="deleteDiagnosis",
        responses=problem_responses(401, 403, 404),
    )
    async def delete(
        self,
        child_id: ChildId,
        diagnosis_id: DiagnosisId,
        access: NamedDependency[ChildAccess],
        diagnoses: NamedDependency[Diagnoses],
    ) -> None:
        """Hide the diagnosis; its history stays."""
        deed = access.taking_away(child_id, "diagnosis.deleted", diagnosis=diagnosis_id)
        async with deed as (tx, child):
            await diagnoses.delete(tx, access.actor, child, diagnosis_id)

    @get(
        "/{diagnosis_id:uuid}/history",
        summary="Show a diagnosis's history",
        operation_id="showDiagnosisHistory",
        responses=problem_responses(401, 403, 404),
    )
    async def history(
        self,
        request: _Request,
        child_id: ChildId,
        diagnosis_id: DiagnosisId,
        access: NamedDependency[ChildAccess],
        diagnoses: NamedDependency[Diagnoses],
    ) -> list[DiagnosisVersion]:
        """Every version, newest first: who made it, when, and whether it deleted the diagnosis."""
        async with access.looking(child_id, "diagnoses") as (db, child):
            return await diagnoses.history(db, child, diagnosis_id, caller_language(request))
