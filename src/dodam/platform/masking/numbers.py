"""Numbers that belong to a person: telephones, payment cards, resident registration."""

import re

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_INSTANT = r"[0-9]{4}-[01][0-9]-[0-3][0-9](?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
# Ids, digests and instants hold digits that look like such numbers, and are kept.
_KEPT = rf"(?P<kept>(?<![0-9A-Za-z])(?:{_UUID}|{_INSTANT}|[0-9a-fA-F]{{32,}})(?![0-9A-Za-z]))"
# Not within a number, nor in the decimals of one.
_BEGIN = r"(?<![0-9])(?<![0-9][.])"
_END = r"(?![0-9])"

# A date of birth, then sex and century (주민등록번호, 외국인등록번호). Those that were given since
# October 2020 have no check digit, so none is asked for.
_RESIDENT = (
    r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[ -]?[1-8](?:[0-9]{6}|\*{6})" + _END
)
_BETWEEN = r"[ .\-)]{0,2}"
_KOREAN_PHONE = (
    rf"(?:\(?\+?82{_BETWEEN}\(?0?\)? ?|\(?0)(?:2|[3-6][1-5]|1[016789]|70|80|50[0-9])"
    rf"{_BETWEEN}[0-9]{{3,4}}[ .-]?[0-9]{{4}}{_END}"
)
# Up to 15 digits (ITU-T E.164).
_ABROAD = rf"\+[1-9](?:[ .()-]{{0,2}}[0-9]){{7,14}}{_END}"
# Within North America; without separators it is any number.
_AMERICAN_PHONE = (
    rf"(?:\+?1[ .-]?)?\(?[2-9][0-9]{{2}}(?:\) ?|[ .-])[2-9][0-9]{{2}}[ .-][0-9]{{4}}{_END}"
)
_OF_PEOPLE = re.compile(
    f"{_KEPT}|{_BEGIN}"
    f"(?:(?P<rrn>{_RESIDENT})|(?P<phone>{_KOREAN_PHONE}|{_AMERICAN_PHONE}|{_ABROAD}))"
)
# ISO/IEC 7812-1: up to 19 digits, of which no payment card's begin with 0 or 1; in one, or as
# they are embossed.
_CARD = re.compile(
    rf"{_KEPT}|{_BEGIN}(?:[2-9][0-9]{{11,18}}|[2-9][0-9]{{3}}(?:[ -][0-9]{{4}}){{3}}"
    rf"|3[0-9]{{3}}[ -][0-9]{{6}}[ -][0-9]{{4,5}}){_END}"
)
# Without nine digits that are close together none of these numbers is there.
_MANY_DIGITS = re.compile(r"[0-9](?:[ .()-]{0,3}[0-9*]){8}")


def mask_numbers(text: str) -> str:
    if _MANY_DIGITS.search(text) is None:
        return text
    return _OF_PEOPLE.sub(_kept_or_masked, _mask_cards(text))


def mask_number(number: int) -> int | str:
    """An integer, unless it is that of a card or a resident registration."""
    if abs(number) < _TWELVE_DIGITS:
        return number
    if abs(number) > _LARGEST:
        return "[number]"
    text = str(number)
    masked = mask_numbers(text)
    return number if masked == text else masked


_TWELVE_DIGITS = 10**11
# Of what JSON's readers take for an integer everywhere in our house.
_LARGEST = 2**63 - 1


def _kept_or_masked(found: re.Match[str]) -> str:
    return found.group() if found.lastgroup == "kept" else f"[{found.lastgroup}]"


def _mask_cards(text: str) -> str:
    """One candidate after the other: one that is none may overlap with one that is."""
    at = 0
    while found := _CARD.search(text, at):
        if found["kept"]:
            at = found.end()
        elif has_check_digit(found.group()):
            text = f"{text[: found.start()]}[card]{text[found.end() :]}"
            at = found.start()
        else:
            at = found.start() + 1
    return text


def has_check_digit(number: str) -> bool:
    """Whether the last digit is Luhn's of the others (ISO/IEC 7812-1, annex B)."""
    digits = [int(each) for each in number if each not in " -"]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
