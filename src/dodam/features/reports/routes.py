"""The clinic's report over HTTP: a page, and a PDF, at an address each."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.children.models.children import EXAMPLE_CHILD_ID
from dodam.features.children.service.access import ChildAccess
from dodam.features.reports.models.clinic_report import clinic_report
from dodam.features.reports.service.clinic_reports import ClinicReports
from dodam.features.reports.service.pages import CONTENT_SECURITY_POLICY, page
from dodam.features.reports.service.printer import Printer
from dodam.platform.http.access import guardians_and_staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.i18n import Language

ChildId = Annotated[UUID, PathParameter(examples=[Example("A demo child", value=EXAMPLE_CHILD_ID)])]
Weeks = Annotated[
    int,
    QueryParameter(
        ge=1, le=26, description="ISO weeks it tells of, the one that is under way included."
    ),
]
ReportLanguage = Annotated[
    Language | None,
    QueryParameter(name="language", description="Of the report; the caller's without it."),
]
AnyRequest = Request[Any, Any, Any]
# It is about one child's health: nobody keeps a copy on the way.
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class ClinicReportController(Controller):
    path = "/children/{child_id:uuid}"
    tags = ["reports"]
    opt = guardians_and_staff_who_may(Permission.TREAT_CHILDREN)

    @get(
        "/clinic-report.html",
        summary="The clinic's report as a page",
        operation_id="showClinicReport",
        media_type=MediaType.HTML,
        responses=problem_responses(400, 401, 403, 404),
    )
    async def show(
        self,
        request: AnyRequest,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        clinic_reports: NamedDependency[ClinicReports],
        weeks: Weeks = 8,
        language: ReportLanguage = None,
    ) -> Response[str]:
        """What the child was to do, did, and what came of it, to be read and printed by a browser:
        one file without script, which asks for nothing else.
        """
        chosen = language or caller_language(request)
        async with access.looking(child_id, "clinic_report") as (db, child):
            facts = await clinic_reports.of(db, child, weeks, chosen)
        headers = {
            **_HEADERS,
            "content-language": chosen,
            "content-security-policy": CONTENT_SECURITY_POLICY,
            "vary": "Accept-Language",
        }
        return Response(page(clinic_report(facts, chosen)), headers=headers)

    @get(
        "/clinic-report.pdf",
        summary="The clinic's report as PDF",
        operation_id="printClinicReport",
        media_type="application/pdf",
        responses=problem_responses(400, 401, 403, 404, 503),
    )
    async def print_pdf(
        self,
        request: AnyRequest,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        clinic_reports: NamedDependency[ClinicReports],
        printer: NamedDependency[Printer],
        weeks: Weeks = 8,
        language: ReportLanguage = None,
    ) -> Response[bytes]:
        """The same on A4, tagged for screen readers. While too many are printed already, the
        answer is 503 with `Retry-After`.
        """
        chosen = language or caller_language(request)
        async with access.looking(child_id, "clinic_report") as (db, child):
            facts = await clinic_reports.of(db, child, weeks, chosen)
        # Names nobody: it may lie in a folder that others look into.
        name = f"dodam-report-{facts.today}.pdf"
        headers = {
            **_HEADERS,
            "content-disposition": f'inline; filename="{name}"',
            "content-language": chosen,
            "vary": "Accept-Language",
        }
        pdf = await printer.pdf(clinic_report(facts, chosen), facts.made_at)
        return Response(pdf, headers=headers)
