"""Documents and consents."""

from datetime import timedelta

from dodam.features.accounts.routes.consents import (
    ConsentDocumentsController,
    ConsentsController,
)
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.accounts.service.consents import Consents
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_consents(
    assembly: Assembly, core: Core, *, notice: timedelta
) -> tuple[ConsentDocuments, Consents]:
    documents = ConsentDocuments(assembly.clock, core.audit, notice=notice)
    consents = Consents(assembly.clock, documents)
    assembly.services |= {"consent_documents": documents, "consents": consents}
    assembly.routes += [ConsentDocumentsController, ConsentsController]
    return documents, consents
