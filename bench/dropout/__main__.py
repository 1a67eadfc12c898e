"""`python -m bench.dropout [--short]`: fit the model on some virtual families, judge it on others.

Without `--short` it writes `dropout_model.json` and the picture in the docs; with it, it judges the
model that is shipped on fewer families and fails if that is not as good as is claimed.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import Struct
from rich import box
from rich.console import Console
from rich.table import Table

from bench.dropout.fit import fit
from bench.dropout.judge import Bin, Judgement, Measured, Score, is_as_claimed, judge
from bench.dropout.mornings import Morning, as_assumed, mornings_of
from bench.dropout.picture import reliability_diagram
from bench.dropout.worlds import WORLDS, InAnotherWorld, elsewhere
from dodam.features.outcomes.models.dropout_risk import DropoutModel, shipped_model
from dodam_sim.families.motivation import Motivation

TRAINING_SEEDS = (101, 102, 103, 104)
HELD_OUT_SEEDS = (201, 202)
_FAMILIES = 900
_SHORT_FAMILIES = 120
_ROOT = Path(__file__).parents[2]
_MODEL = _ROOT / "src/dodam/features/outcomes/dropout_model.json"
_PICTURE = _ROOT / "docs/images/dropout-reliability.svg"
_CONSOLE = Console()


class Training(Struct, frozen=True):
    """Where the numbers come from. No real child is in it."""

    command: str
    day: str
    families: str
    seeds: Sequence[int]
    children: int
    mornings: int
    stops: int


class Record(DropoutModel, frozen=True, kw_only=True):
    """The file: the model the product reads, and beside it what it was made of and is worth."""

    training: Training
    held_out_seeds: Sequence[int]
    held_out: Judgement
    other_worlds: dict[str, InAnotherWorld]


def main(*, short: Annotated[bool, typer.Option(help="Seconds; writes nothing.")] = False) -> None:
    """Fit and judge the model of drop-out risk."""
    families = _SHORT_FAMILIES if short else _FAMILIES
    training = _mornings(TRAINING_SEEDS, families)
    held_out = _mornings(HELD_OUT_SEEDS, families)
    if short:
        judgement = judge(shipped_model(), training, held_out)
        _show(judgement)
        raise typer.Exit(0 if is_as_claimed(judgement) else 1)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    model = fit(training, version=f"virtual-families-{today}")
    judgement = judge(model, training, held_out)
    record = Record(
        **msgspec.structs.asdict(model),
        training=Training(
            command="make dropout-model",
            day=today,
            families="virtual (src/dodam_sim/families), 26 weeks each, a morning a week",
            seeds=TRAINING_SEEDS,
            children=len({morning.child for morning in training}),
            mornings=len(training),
            stops=sum(morning.stops for morning in training),
        ),
        held_out_seeds=HELD_OUT_SEEDS,
        held_out=judgement,
        other_worlds={
            name: elsewhere(model, _mornings(HELD_OUT_SEEDS[:1], families, world))
            for name, world in WORLDS.items()
        },
    )
    _MODEL.write_bytes(msgspec.json.format(msgspec.json.encode(record)) + b"\n")
    _PICTURE.write_text(reliability_diagram(judgement.reliability))
    _show(judgement)
    for name, there in record.other_worlds.items():
        _CONSOLE.print(
            f"Where {name}: base rate {there.base_rate:.1%}, AUC {there.auc:.2f}, slope "
            f"{there.slope:.2f}, observed to expected {there.observed_to_expected:.2f}"
        )
    for term in model.terms:
        _CONSOLE.print(f"{term.feature}: usual {term.usual}, weight {term.weight}")


def _mornings(
    seeds: Sequence[int], families: int, world: Callable[[Motivation], Motivation] = as_assumed
) -> list[Morning]:
    """Those of all the seeds; children of different seeds are different ones."""
    with ProcessPoolExecutor(max_workers=2) as processes:
        of_seeds = processes.map(partial(mornings_of, families=families, world=world), seeds)
        return list(chain.from_iterable(of_seeds))


def _show(judgement: Judgement) -> None:
    _CONSOLE.print(
        f"{judgement.children} held-out children, {judgement.mornings} mornings, "
        f"{judgement.stops} before a stop; in brackets what other children would give (95 %)."
    )
    _scores({"the model": judgement.model, **judgement.rules})
    calibration = judgement.calibration
    _CONSOLE.print(
        f"Calibration: slope {_shown(calibration.slope)}, intercept "
        f"{_shown(calibration.intercept)}, observed to expected "
        f"{_shown(calibration.observed_to_expected)}"
    )
    _reliability(judgement.reliability)
    for flag in judgement.flags:
        _CONSOLE.print(
            f"From {flag.probability:.0%} on: {flag.flagged_share:.1%} of mornings flagged, "
            f"{flag.of_flagged_stop:.0%} of them before a stop; "
            f"{flag.of_stops_flagged:.0%} of stops flagged."
        )


def _scores(scores: Mapping[str, Score]) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    for title in ("", "AUC", "Brier"):
        table.add_column(title)
    for name, score in scores.items():
        table.add_row(name, _shown(score.auc), _shown(score.brier, digits=4))
    _CONSOLE.print(table)


def _reliability(bins: Sequence[Bin]) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    for title in ("estimate", "mornings", "estimated", "observed"):
        table.add_column(title, justify="right")
    for each in bins:
        table.add_row(
            f"{each.low:.0%} to {each.high:.0%}",
            f"{each.mornings:,}",
            f"{each.estimated:.1%}",
            f"{each.observed:.1%}",
        )
    _CONSOLE.print(table)


def _shown(measured: Measured, digits: int = 2) -> str:
    value, low, high = (f"{x:.{digits}f}" for x in (measured.value, measured.low, measured.high))
    return f"{value} ({low} to {high})"


if __name__ == "__main__":
    typer.run(main)
