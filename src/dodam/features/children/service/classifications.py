"""The codes and scales that diagnoses speak in. They change with a release only."""

from collections.abc import Mapping
from importlib import resources

import msgspec

from dodam.features.children.models.classifications import DiagnosisCode, SeverityScale
from dodam.platform.i18n import Language

_PACKAGE = resources.files("dodam.features.children")


class Classifications:
    """The usual codes of children's hand rehabilitation, and the scales of its severity.

    Diagnoses may have other codes: those have no title.
    """

    def __init__(self) -> None:
        packaged = _PACKAGE.joinpath("diagnosis_codes.json").read_bytes()
        codes = msgspec.json.decode(packaged, type=list[DiagnosisCode])
        self._codes = {each.code: each for each in codes}
        packaged = _PACKAGE.joinpath("severity_scales.json").read_bytes()
        scales = msgspec.json.decode(packaged, type=list[SeverityScale])
        self.scales: Mapping[str, SeverityScale] = {each.id: each for each in scales}

    def codes(self, sought: str | None) -> list[DiagnosisCode]:
        """The codes that match, or all, in order."""
        return [each for each in self._codes.values() if sought is None or each.matches(sought)]

    def title(self, code: str, language: Language) -> str | None:
        known = self._codes.get(code)
        return None if known is None else known.title.read(language)
