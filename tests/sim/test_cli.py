"""The command: its exit codes and what it prints."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dodam_sim import cli
from dodam_sim.families.client import ServerAwayError
from dodam_sim.families.run import Order
from dodam_sim.families.summary import Counts, Difference, Outcome

FINE = Outcome(Counts(families=3, plays=1_234), picture="<svg/>")
WRONG = Outcome(Counts(), [Difference("Ben", None, f"kind {n // 10}", "3", "4") for n in range(50)])


def invoke(
    monkeypatch: pytest.MonkeyPatch, outcome: Outcome | Exception, *arguments: str
) -> tuple[int, str]:
    orders: list[Order] = []

    async def pretend(order: Order, _watch: object) -> Outcome:
        orders.append(order)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(cli, "run", pretend)
    result = CliRunner().invoke(cli.app, ["simulate", *arguments])
    return result.exit_code, result.output


def test_all_fine_exits_with_0_and_draws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    picture = tmp_path / "weeks.svg"
    code, output = invoke(monkeypatch, FINE, "--picture", str(picture))
    assert code == 0
    assert "1,234" in output
    assert picture.read_text(encoding="utf-8") == "<svg/>"


def test_differences_exit_with_1_and_are_listed_up_to_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, output = invoke(monkeypatch, WRONG)
    assert code == 1
    assert [output.count(f"kind {n}") for n in range(5)] == [4] * 5
    assert "and 30 more" in output


def test_no_server_exits_with_2_and_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = invoke(monkeypatch, ServerAwayError("Nobody answers."))
    assert code == 2
    assert "Nobody answers." in output


def test_a_last_day_that_is_not_over_is_refused() -> None:
    result = CliRunner().invoke(cli.app, ["simulate", "--until", "2999-01-01"])
    assert result.exit_code == 2
    assert "not over yet" in result.output
