"""C04: levels of severity are assessed on a date, at an age their scale is defined for."""

from datetime import datetime
from typing import Any

import pytest

from tests.clock import StoppedClock
from tests.families import Guardian

from .steps import G80_2, diagnose, travel

TODAY = "2026-03-18"


def _path(child: dict[str, Any], diagnosis: dict[str, Any] | None = None) -> str:
    path = f"/children/{child['id']}/diagnoses"
    return f"{path}/{diagnosis['id']}" if diagnosis else path


async def _change(
    guardian: Guardian, child: dict[str, Any], diagnosis: dict[str, Any], **changes: Any
) -> dict[str, Any]:
    answer = await guardian.call("PATCH", _path(child, diagnosis), json=changes)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _refused(
    guardian: Guardian, child: dict[str, Any], **fields: Any
) -> list[tuple[str, str]]:
    form = {**G80_2, "diagnosed_on": TODAY, **fields}
    answer = await guardian.call("POST", _path(child), json=form)
    assert answer.status_code == 400, answer.text
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("born", "scale", "wrong"),
    [
        ("2022-03-18", "macs", None),
        ("2022-03-19", "macs", "too_young"),
        ("2007-03-19", "macs", None),
        ("2007-03-18", "macs", "too_old"),
        ("2025-03-18", "mini_macs", None),
        ("2025-03-19", "mini_macs", "too_young"),
        # Born on a leap day: one year old on 1 March, not on 28 February.
        ("2024-02-29", "mini_macs", None),
        ("2021-03-19", "mini_macs", None),
        ("2021-03-18", "mini_macs", "too_old"),
        ("2026-03-18", "gmfcs", None),
        ("2007-03-18", "gmfcs", "too_old"),
        ("2023-03-18", "bfmf", None),
        ("2023-03-19", "bfmf", "too_young"),
    ],
)
async def test_C04_a_scale_is_for_the_ages_it_is_defined_for(
    guardian: Guardian, born: str, scale: str, wrong: str | None
) -> None:
    child = await guardian.register_child(birth_date=born)
    recorded = await diagnose(guardian, child, diagnosed_on=TODAY)
    form = {**G80_2, "diagnosed_on": TODAY, scale: "I"}
    answers = [
        await guardian.call("PATCH", _path(child, recorded), json={scale: "I"}),
        await guardian.call("POST", _path(child), json=form),
    ]
    if wrong is None:
        assert [answer.status_code for answer in answers] == [200, 201]
        return
    for answer in answers:
        assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(scale, wrong)]


async def test_C04_the_age_that_counts_is_that_of_the_assessment(guardian: Guardian) -> None:
    child = await guardian.register_child(birth_date="2019-05-14")
    recorded = await diagnose(guardian, child, mini_macs="II", assessed_on="2022-05-14")
    assert recorded["assessed_on"] == "2022-05-14"
    assert await _refused(guardian, child, macs="II", assessed_on="2023-05-13") == [
        ("macs", "too_young")
    ]


async def test_C04_without_a_date_a_level_was_assessed_today(
    guardian: Guardian, child: dict[str, Any], clock: StoppedClock
) -> None:
    recorded = await diagnose(guardian, child, macs="III")
    assert recorded["assessed_on"] == TODAY
    await travel(guardian, clock, datetime.fromisoformat("2026-09-18T12:00:00Z"))
    unchanged = await _change(guardian, child, recorded, macs="III", notes="같은 단계")
    assert unchanged["assessed_on"] == TODAY
    changed = await _change(guardian, child, recorded, macs="II")
    assert changed["assessed_on"] == "2026-09-18"


async def test_C04_the_history_has_each_assessment(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    recorded = await diagnose(guardian, child, macs="III", assessed_on="2025-03-01")
    await _change(guardian, child, recorded, macs="II", assessed_on="2026-03-01")
    history = await guardian.get(f"{_path(child, recorded)}/history")
    assert [(each["macs"], each["assessed_on"]) for each in history] == [
        ("II", "2026-03-01"),
        ("III", "2025-03-01"),
    ]


async def test_C04_a_date_goes_with_the_last_level(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    recorded = await diagnose(guardian, child, macs="III", gmfcs="I", assessed_on="2025-03-01")
    one_left = await _change(guardian, child, recorded, macs=None)
    assert one_left["assessed_on"] == "2025-03-01"
    assert (await _change(guardian, child, recorded, gmfcs=None))["assessed_on"] is None


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"macs": "I", "mini_macs": "I", "assessed_on": "2023-06-01"}, ("mini_macs", "not_both")),
        ({"assessed_on": "2026-03-01"}, ("assessed_on", "nothing_assessed")),
        ({"gmfcs": "I", "assessed_on": "2026-03-19"}, ("assessed_on", "out_of_range")),
        ({"gmfcs": "I", "assessed_on": "2019-05-13"}, ("assessed_on", "out_of_range")),
        ({"gmfcs": "I", "assessed_on": "0001-01-01"}, ("assessed_on", "out_of_range")),
        ({"gmfcs": "I", "assessed_on": "2026-02-30"}, ("assessed_on", "wrong_format")),
    ],
)
async def test_C04_what_cannot_have_been_assessed_is_refused(
    guardian: Guardian, child: dict[str, Any], fields: dict[str, Any], wrong: tuple[str, str]
) -> None:
    assert await _refused(guardian, child, **fields) == [wrong]
    assert await guardian.get(_path(child)) == []


async def test_C04_the_scale_for_older_children_takes_the_place_of_the_other(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    recorded = await diagnose(guardian, child, mini_macs="II", assessed_on="2022-05-14")
    grown = await _change(guardian, child, recorded, macs="I")
    assert (grown["macs"], grown["mini_macs"], grown["assessed_on"]) == ("I", None, TODAY)


async def test_C04_what_stands_is_not_judged_anew(guardian: Guardian) -> None:
    child = await guardian.register_child(birth_date="2019-05-14")
    recorded = await diagnose(guardian, child, mini_macs="II", assessed_on="2022-05-14")
    assert (await _change(guardian, child, recorded, notes="7세"))["mini_macs"] == "II"
    answer = await guardian.call(
        "PATCH", _path(child, recorded), json={"assessed_on": "2026-03-01"}
    )
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("mini_macs", "too_old")]
