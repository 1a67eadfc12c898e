"""R01: the table of features names tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _named() -> list[tuple[Path, str]]:
    """Every test the table names, as a file or folder and, where it names one, a function."""
    named: list[tuple[Path, str]] = []
    folder = ROOT
    for line in (ROOT / "docs" / "features.md").read_text(encoding="utf-8").splitlines():
        for where in re.findall(r"`((?:tests/|test_)[\w/.:]*)`", line):
            path, _, function = where.partition("::")
            if path.startswith("tests/"):
                folder = (ROOT / path).parent
                named.append((ROOT / path, function))
            else:
                named.append((folder / path, function))
    return named


def test_R01_every_test_the_table_names_exists() -> None:
    named = _named()
    assert len(named) > 50
    for path, function in named:
        assert path.exists(), path
        assert not function or f"def {function}(" in path.read_text(encoding="utf-8"), function
