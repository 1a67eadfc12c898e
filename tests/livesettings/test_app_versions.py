"""G06: which version of the app is newer (Semantic Versioning 2.0.0, section 11)."""

from itertools import pairwise

import pytest

from dodam.features.livesettings.models.app_versions import precedence

_IN_ORDER = [
    "nightly",
    "0",
    "0.9",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1",
    "1.0.1",
    "1.4.0b2",
    "1.4",
    "1.10.0",
    "1.10.0.1",
    "2",
]


def test_G06_versions_are_ordered_as_the_standard_says() -> None:
    for older, newer in pairwise(_IN_ORDER):
        assert precedence(older) < precedence(newer), (older, newer)


@pytest.mark.parametrize("same", ["1.0", "1.0.0.0", "1.0.0+build.5", "1+2-3"])
def test_G06_zeros_and_builds_say_nothing(same: str) -> None:
    assert precedence(same) == precedence("1")
