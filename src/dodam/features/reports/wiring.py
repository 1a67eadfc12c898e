"""Puts the reports feature together."""

from dodam.features.reports.routes import ClinicReportController
from dodam.features.reports.service.clinic_reports import Below, ClinicReports
from dodam.features.reports.service.printer import Printer
from dodam.platform.assembly import Assembly


def wire(assembly: Assembly, below: Below) -> None:
    assembly.services |= {
        "clinic_reports": ClinicReports(assembly.clock, below),
        "printer": Printer(),
    }
    assembly.routes.append(ClinicReportController)
