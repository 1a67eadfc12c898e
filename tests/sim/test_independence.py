"""The simulator must not share a mistake with the product, so it shares no code with it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import dodam_sim


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_nothing_is_imported_from_the_product() -> None:
    for path in Path(dodam_sim.__file__).parent.rglob("*.py"):
        for module in imported(path):
            assert module.split(".")[0] != "dodam", path
