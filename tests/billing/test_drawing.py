"""P03: the states as they are documented are those of the code."""

from pathlib import Path

from dodam.features.billing.models.drawing import describe_states

PAGE = Path(__file__).parents[2] / "docs" / "payments.md"


def test_P03_the_documented_states_are_those_of_the_code() -> None:
    assert describe_states() in PAGE.read_text(encoding="utf-8")
