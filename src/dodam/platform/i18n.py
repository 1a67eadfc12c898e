"""The languages the product speaks, and choosing one for a caller."""

from enum import StrEnum

from msgspec import Struct


class Language(StrEnum):
    KOREAN = "ko"
    ENGLISH = "en"


_BY_TAG = {language.value: language for language in Language}


class Text(Struct, frozen=True):
    """One text in every language the product speaks."""

    ko: str
    en: str

    def read(self, language: Language) -> str:
        return self.ko if language is Language.KOREAN else self.en


def negotiate(accept_language: str) -> Language:
    """The best supported language for an `Accept-Language` header (RFC 9110 section 12.5.4).

    English when the header is empty, names neither language, or is not well formed.
    """
    best, best_weight = Language.ENGLISH, 0.0
    for entry in accept_language[:200].split(","):
        tag, _, parameter = entry.strip().partition(";")
        weight = _weight(parameter.strip())
        primary = tag.partition("-")[0].strip().lower()
        if primary in _BY_TAG and weight > best_weight:
            best, best_weight = _BY_TAG[primary], weight
    return best


def _weight(parameter: str) -> float:
    if not parameter:
        return 1.0
    try:
        return float(parameter.removeprefix("q="))
    except ValueError:
        return 0.0
