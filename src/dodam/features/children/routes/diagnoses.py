"""A child's diagnoses over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.children.models.diagnoses import (
    Diagnosis,
    DiagnosisChanges,
    DiagnosisVersion,
    NewDiagnosis,
)
from dodam.features.children.routes.children import ChildId
from dodam.features.children.service.diagnoses import Diagnoses
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

DiagnosisId = Annotated[
    UUID,
    PathParameter(examples=[Example("A diagnosis", value="01900000-0000-7000-8000-0000000000d1")]),
]
_HEMIPLEGIA = Example(
    "Spastic hemiplegic cerebral palsy",
    value={
        "code": "G80.2",
        "diagnosed_on": "2021-06-30",
        "institution": "서울재활병원",
        "macs": "II",
        "gmfcs": "I",
        "bfmf": "II",
    },
)
_REASSESSED = Example("Assessed anew", value={"macs": "I", "notes": "치료 6개월 후 재평가"})


class DiagnosesController(Controller):
    path = "/children/{child_id:uuid}/diagnoses"
    tags = ["children"]

    @get(
        summary="List diagnoses",
        operation_id="listDiagnoses",
        responses=problem_responses(401, 404),
    )
    async def list_diagnoses(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        diagnoses: NamedDependency[Diagnoses],
        caller: NamedDependency[Caller],
    ) -> list[Diagnosis]:
        """The child's diagnoses as they stand, the latest first."""
        async with db.reading() as reading:
            return await diagnoses.all_of(reading, caller.account_id, child_id)

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
        child_id: ChildId,
        data: Annotated[NewDiagnosis, Body(examples=[_HEMIPLEGIA])],
        db: NamedDependency[Database],
        diagnoses: NamedDependency[Diagnoses],
        caller: NamedDependency[Caller],
    ) -> Response[Diagnosis]:
        """Record a diagnosis; with an `id` of the client's own (UUIDv7) a retry is safe."""
        async with db.transaction() as tx:
            diagnosis, is_new = await diagnoses.record(tx, caller.account_id, child_id, data)
        return Response(diagnosis, status_code=201 if is_new else 200)

    @get(
        "/{diagnosis_id:uuid}",
        summary="Show a diagnosis",
        operation_id="showDiagnosis",
        responses=problem_responses(401, 404),
    )
    async def show(
        self,
        child_id: ChildId,
        diagnosis_id: DiagnosisId,
        db: NamedDependency[Database],
        diagnoses: NamedDependency[Diagnoses],
        caller: NamedDependency[Caller],
    ) -> Diagnosis:
        async with db.reading() as reading:
            return await diagnoses.of(reading, caller.account_id, child_id, diagnosis_id)

    @patch(
        "/{diagnosis_id:uuid}",
        summary="Change a diagnosis",
        operation_id="changeDiagnosis",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def change(
        self,
        child_id: ChildId,
        diagnosis_id: DiagnosisId,
        data: Annotated[DiagnosisChanges, Body(examples=[_REASSESSED])],
        db: NamedDependency[Database],
        diagnoses: NamedDependency[Diagnoses],
        caller: NamedDependency[Caller],
    ) -> Diagnosis:
        """Change any subset of the fields; what was there before stays in the history."""
        async with db.transaction() as tx:
            return await diagnoses.change(tx, caller.account_id, child_id, diagnosis_id, data)

    @delete(
        "/{diagnosis_id:uuid}",
        summary="Delete a diagnosis",
        operation_id="deleteDiagnosis",
        responses=problem_responses(401, 404),
    )
    async def delete(
        self,
        child_id: ChildId,
        diagnosis_id: DiagnosisId,
        db: NamedDependency[Database],
        diagnoses: NamedDependency[Diagnoses],
        caller: NamedDependency[Caller],
    ) -> None:
        """Hide the diagnosis; its history stays."""
        async with db.transaction() as tx:
            await diagnoses.delete(tx, caller.account_id, child_id, diagnosis_id)

    @get(
        "/{diagnosis_id:uuid}/history",
        summary="Show a diagnosis's history",
        operation_id="showDiagnosisHistory",
        responses=problem_responses(401, 404),
    )
    async def history(
        self,
        child_id: ChildId,
        diagnosis_id: DiagnosisId,
        db: NamedDependency[Database],
        diagnoses: NamedDependency[Diagnoses],
        caller: NamedDependency[Caller],
    ) -> list[DiagnosisVersion]:
        """Every version, newest first: who made it, when, and whether it deleted the diagnosis."""
        async with db.reading() as reading:
            return await diagnoses.history(reading, caller.account_id, child_id, diagnosis_id)
