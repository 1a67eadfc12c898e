"""What gives a secret or a person away in a text, wherever it stands.

Ids and instants are never taken for a number: they are looked for first. The patterns take time
in proportion to the text, whatever it is: none begins in the middle of what it looks for.
"""

import re
import unicodedata

from dodam.platform.masking.keys import is_sensitive_key
from dodam.platform.masking.numbers import mask_numbers

# The largest part of a text that is written down, in characters.
MOST_CHARACTERS = 4_096
# What is looked at beyond it: nothing that begins inside is cut in half before it is seen.
_BEYOND = 256
MASKED = "[masked]"

# A JSON Web Token (RFC 7519), or as much of one as is there: it begins with base64url of `{"`.
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,4}")
# RFC 6750 section 2.1 and RFC 7617 section 2.
_SCHEME = re.compile(r"\b((?i:bearer)|Basic)[\s:=]+[^\s,;\"']+")
_HEADER = re.compile(
    r"\b((?i:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key)[\"']?\s*[:=]\s*)[^\r\n]+"
)
# A key of ours: its id may be known to anybody, the rest to nobody.
_API_KEY = re.compile(r"(dodam_[0-9a-f]{32})_[A-Za-z0-9_-]+")
# RFC 3986 section 3.2.1, also where the password holds an unescaped `@`.
_USER = re.compile(r"://[^\s/?#\"'<>]*@")
_LOCAL_PART = r"[\w.!#$%&*+^`|~'-]"
_E_MAIL = re.compile(
    rf"(?:(?<!{_LOCAL_PART}){_LOCAL_PART}++|\"[^\"]++\")(?:@|\\u0040)"
    r"[\w-]++(?:\.[\w-]++)*+"
)
# A name with a value: in a query, in JSON, in how Python shows a dict or a call, in a header.
_NAME = re.compile(r"(?<![\w.-])(?P<key>[\w.-]{2,}+)\\?[\"']?\s?[=:]\s?")
_VALUE = re.compile(
    r"\\?\"(?:[^\"\\]|\\[^\"])*\\?\"?|'[^']*'?|[\[({][^\])}]*[\])}]?|[^\s&;,)}\]\"']+"
)


def mask_text(text: str) -> str:
    """The text with what a pattern finds masked, and cut after `MOST_CHARACTERS`."""
    is_long = len(text) > MOST_CHARACTERS
    if is_long:
        text = text[: MOST_CHARACTERS + _BEYOND]
    if not text.isascii():
        # Digits may be full-width, as a Korean keyboard types them; a lone surrogate cannot be
        # encoded.
        text = unicodedata.normalize("NFKC", text.encode(errors="replace").decode())
    if "\x00" in text:
        # PostgreSQL cannot keep it.
        text = text.replace("\x00", "\ufffd")
    if "=" in text or ":" in text:
        text = _mask_named(text)
    if "eyJ" in text:
        text = _JWT.sub("[jwt]", text)
    if "earer" in text or "EARER" in text or "Basic" in text:
        text = _SCHEME.sub(rf"\1 {MASKED}", text)
    if "dodam_" in text:
        text = _API_KEY.sub(rf"\1_{MASKED}", text)
    if "@" in text or "%40" in text or "u0040" in text:
        text = _E_MAIL.sub("[email]", text.replace("%40", "@"))
    text = mask_numbers(text)
    return f"{text[:MOST_CHARACTERS]}…" if is_long else text


def _mask_named(text: str) -> str:
    if "://" in text:
        text = _USER.sub(f"://{MASKED}@", text)
    if "ookie" in text or "uthorization" in text or "-key" in text.lower():
        text = _HEADER.sub(rf"\1{MASKED}", text)
    parts: list[str] = []
    at = 0
    for name in _NAME.finditer(text):
        if name.start() < at or not is_sensitive_key(name["key"]):
            continue
        if value := _VALUE.match(text, name.end()):
            parts += text[at : name.end()], MASKED
            at = value.end()
    return "".join([*parts, text[at:]]) if parts else text
