"""Puts the audit trail together."""

from dodam.features.audit.routes import AuditController
from dodam.features.audit.service import Audit
from dodam.platform.assembly import Assembly


def wire(assembly: Assembly) -> Audit:
    audit = Audit(assembly.clock, assembly.log)
    assembly.services["audit"] = audit
    assembly.routes.append(AuditController)
    return audit
