"""The words of errors: our own name nobody, those of others may."""

import re

from dodam.platform.masking.patterns import MASKED, mask_text

_MOST_CHARACTERS = 500
_OURS = "dodam."
# Closed or cut off. An apostrophe within a word opens nothing.
_QUOTED = re.compile(
    r"(?<!\w)b?'(?:[^'\\]|\\.)*'?|b?\"(?:[^\"\\]|\\.)*\"?|[\u201c\u2018«「『][^\u201d\u2019»」』]*.?"
)
_FOREIGN_SCRIPT = re.compile(r"(?<!\w)\w*[^\W\x00-\x7f]\w*(?:\s+\w*[^\W\x00-\x7f]\w*)*")
# Letters with digits, as secrets and identifiers have them.
_SECRET_LIKE = re.compile(r"(?<![\w-])(?=[\w+/=-]*[0-9])(?=[\w+/=-]*[A-Za-z])[\w+/=-]{12,}+")
# A day, which may be somebody's birthday; of an instant it is part of what happened when.
_DAY = re.compile(
    r"(?<![0-9-])(?:19|20)[0-9]{2}[-./][01]?[0-9][-./][0-3]?[0-9](?![0-9T-])(?! [0-9]{2}:)"
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}")


def mask_foreign(text: str) -> str:
    """Words that others chose: what they quote, what is no ASCII, and what looks like a secret.

    What is left says what went wrong, and seldom with whom: libraries quote what they were given.
    """
    text = mask_text(text[:_MOST_CHARACTERS])
    if "'" in text or '"' in text or not text.isascii():
        text = _QUOTED.sub("[quoted]", text)
    if not text.isascii():
        text = _FOREIGN_SCRIPT.sub(MASKED, text)
    text = _DAY.sub("[day]", text)
    return _SECRET_LIKE.sub(_unless_harmless, text)


def _unless_harmless(found: re.Match[str]) -> str:
    text = found.group()
    return text if _UUID.fullmatch(text) or _INSTANT.match(text) else MASKED


def message_of(error: BaseException) -> dict[str, str]:
    """What an error says, without what it says of anybody.

    Of a database's error its words are left out, for they hold the row: what is shown is its code
    (https://www.postgresql.org/docs/current/errcodes-appendix.html) and what it is about.
    """
    try:
        if isinstance(getattr(error, "sqlstate", None), str):
            about = {name: getattr(error, name, None) for name in _OF_DATABASE}
            return {name: value for name, value in about.items() if isinstance(value, str)}
        words = str(error)
        is_ours = type(error).__module__.startswith(_OURS)
        message = mask_own(words) if is_ours else mask_foreign(words)
    except Exception:  # noqa: BLE001 - whatever an error's own words do, it is written down
        message = "[unreadable]"
    return {"message": message} if message else {}


_OF_DATABASE = ("sqlstate", "schema_name", "table_name", "column_name", "constraint_name")


def mask_own(text: str) -> str:
    """Words of ours: they are English, so what is in another script is somebody's."""
    text = mask_text(text)
    return text if text.isascii() else _FOREIGN_SCRIPT.sub(MASKED, text)
