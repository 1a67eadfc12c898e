"""L07: the page, the dashboard and the alerts are of the very metrics that there are."""

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dodam.platform.metrics import Counter, Family, Histogram

importlib.import_module("dodam.bootstrap")  # it loads whatever declares a metric

DOCS = Path(__file__).parents[2] / "docs"
DASHBOARD: Any = json.loads((DOCS / "grafana" / "dodam.json").read_text())
ALERTS: Any = yaml.safe_load((DOCS / "grafana" / "alerts.yml").read_text())
PANELS: list[Any] = [each for each in DASHBOARD["panels"] if each["type"] != "row"]
# What Prometheus's own client adds, and Prometheus itself.
OTHERS = {"dodam_build_info", "process_resident_memory_bytes", "process_cpu_seconds_total", "up"}


def shown(family: Family) -> str:
    """A family's name in a query."""
    return f"{family.name}_total" if isinstance(family, Counter) else family.name


def names() -> dict[str, set[str]]:
    """What can be asked for, and the labels that it has."""
    known: dict[str, set[str]] = {each: {"instance", "version", "job"} for each in OTHERS}
    for family in Family.declared:
        labels = {*family.labels, "instance", "job"}
        if isinstance(family, Histogram):
            known |= {f"{family.name}_{each}": labels | {"le"} for each in ("sum", "count")}
            known[f"{family.name}_bucket"] = labels | {"le"}
        else:
            known[shown(family)] = labels
    return known


def queries() -> Iterator[str]:
    for panel in PANELS:
        for target in panel["targets"]:
            yield target["expr"]
    for group in ALERTS["groups"]:
        for rule in group["rules"]:
            yield rule["expr"]


def test_L07_the_page_lists_every_metric() -> None:
    """Each row is `| name | labels | what |`, in the order of names."""
    rows = [
        f"| `{shown(each)}` | {', '.join(f'`{label}`' for label in each.labels)} "
        f"| {each.description} |"
        for each in sorted(Family.declared, key=lambda each: each.name)
    ]
    assert "\n".join(rows) in (DOCS / "observing.md").read_text()


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_L07_a_query_asks_for_what_there_is(query: str) -> None:
    known = names()
    asked = set(re.findall(r"\b(?:dodam|process)_\w+|\bup\b", query))
    assert asked
    assert asked <= set(known)
    labels = {label for each in asked for label in known[each]}
    for group in re.findall(r"\bby \(([^)]*)\)", query):
        assert {each.strip() for each in group.split(",")} <= labels
    for matchers in re.findall(r"\{([^}]*)\}", query):
        assert {each.strip() for each in re.findall(r"(\w+)=", matchers)} <= labels
    assert query.count("(") == query.count(")")


def test_L07_everything_that_is_measured_can_be_seen() -> None:
    asked = " ".join(queries())
    assert [each.name for each in Family.declared if each.name not in asked] == []


def test_L07_the_dashboard_is_one_that_grafana_takes() -> None:
    """https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/."""
    wanted = {"id", "uid", "title", "tags", "timezone", "panels", "time", "templating"}
    assert wanted | {"annotations", "schemaVersion", "version", "refresh"} <= set(DASHBOARD)
    ids = [each["id"] for each in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    variables = {each["name"] for each in DASHBOARD["templating"]["list"]}
    for panel in PANELS:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert panel["datasource"]["uid"] == "${source}"
        assert [each["refId"] for each in panel["targets"]] == sorted(
            {each["refId"] for each in panel["targets"]}
        )
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(DASHBOARD)))
    assert used - {"__rate_interval", "__all"} == variables


def test_L07_no_two_panels_lie_over_each_other() -> None:
    taken = set[tuple[int, int]]()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken
        taken |= cells
