"""Which version of the app is newer."""

import re
from typing import Annotated, TypeAlias

from msgspec import Meta

# A version that others are compared with; what a device calls its own may be anything.
ComparableVersion = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,9}(\.[0-9]{1,9}){0,3}(-[0-9A-Za-z]+([.-][0-9A-Za-z]+)*)?\Z",
        max_length=40,
        examples=["1.4.0"],
    ),
]
Precedence: TypeAlias = tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]

_NUMBERS = re.compile(r"[0-9]+(\.[0-9]+)*")


def precedence(version: str) -> Precedence:
    """What versions are ordered by (Semantic Versioning 2.0.0, section 11).

    There may be fewer numbers or more than three, those left out are 0. What follows them is a
    pre-release, with or without a hyphen; what follows a plus says nothing. A version without
    numbers, such as a developer's own, is older than any with.
    """
    release = version.partition("+")[0]
    numbers = _NUMBERS.match(release)
    if numbers is None:
        return (), False, _identifiers(release)
    ordered = [int(number) for number in numbers[0].split(".")]
    while len(ordered) > 1 and not ordered[-1]:
        ordered.pop()
    pre_release = release[numbers.end() :].lstrip("-.")
    return tuple(ordered), not pre_release, _identifiers(pre_release)


def _identifiers(pre_release: str) -> tuple[tuple[bool, int, str], ...]:
    """Numbers by their value, before words in the order of ASCII."""
    return tuple(
        (not each.isdigit(), int(each) if each.isdigit() else 0, each)
        for each in pre_release.split(".")
    )
