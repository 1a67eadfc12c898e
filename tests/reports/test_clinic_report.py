"""T11: the clinic's report, as a page and as PDF."""

import asyncio
import html
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.reports.service import printer
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.families import Guardian, play
from tests.reports.conftest import FIRST
from tests.reports.documents import printed
from tests.staff import Staff, care_member, staff

FORMATS = ("html", "pdf")
LANGUAGES = ("ko", "en")


async def report(
    caller: Guardian | Staff, child: dict[str, Any], form: str = "html", **asked: Any
) -> httpx.Response:
    answer = await caller.call("GET", f"/children/{child['id']}/clinic-report.{form}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer


def words(answer: httpx.Response) -> str:
    """What a reader sees of either form, with single spaces."""
    if answer.headers["content-type"] == "application/pdf":
        return printed(answer.content)
    body = re.sub(r"<style>.*?</style>", "", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMATS)
async def test_T11_the_report_says_what_the_api_says(
    guardian: Guardian, player: dict[str, Any], form: str, language: str
) -> None:
    path = f"/children/{player['id']}"
    adherence = await guardian.get(f"{path}/adherence?weeks=8")
    outcomes = await guardian.get(f"{path}/outcomes", params={"from": str(FIRST)})
    motions = {each["id"]: each["name"] for each in await guardian.get("/motions")}
    seen = words(await report(guardian, player, form, language=language))

    for period in (adherence["total"], *adherence["weeks"]):
        assert period["planned"]["minutes"] == 0
        figures = [
            f"{period['kept_days']} / {period['planned_days']}",
            f"{period['done']['minutes']:,.0f} / –",  # noqa: RUF001
            f"{period['done']['repetitions']:,} / {period['planned']['repetitions']:,}",
            f"{period['adherence'] * 100:.0f}%",
        ]
        assert " ".join(figures) in seen
    assert len(outcomes["motions"]) == 3
    for result in outcomes["motions"]:
        assert motions[result["motion"]][language] in seen
        rate = {name: round(value * 100) for name, value in result["success_rate"].items()}
        figures = [
            str(result["days"]),
            f"{result['repetitions']:,}",
            f"{rate['value']}% ({rate['low']}–{rate['high']})",  # noqa: RUF001
            "80% ± 0",
            f"{result['pace']['repetitions_per_minute']:.1f}",
        ]
        assert " ".join(figures) in seen


@pytest.mark.parametrize("form", FORMATS)
async def test_T11_it_is_in_the_language_asked_for_or_the_callers(
    guardian: Guardian, player: dict[str, Any], form: str
) -> None:
    path = f"/children/{player['id']}/clinic-report.{form}"
    heard = await guardian.call("GET", path, headers={"accept-language": "ko-KR"})
    asked = await guardian.call("GET", f"{path}?language=ko", headers={"accept-language": "en"})
    assert heard.headers["content-language"] == asked.headers["content-language"] == "ko"
    assert heard.content == asked.content
    assert "훈련량과 이행" in words(heard)
    english = await guardian.call("GET", path)
    assert english.headers["content-language"] == "en"
    assert "Dose and adherence" in words(english)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMATS)
async def test_T14_a_child_who_has_not_played_has_a_report(
    guardian: Guardian, form: str, language: str
) -> None:
    child = await guardian.register_child(therapy_starts_on="2026-04-01")
    seen = words(await report(guardian, child, form, language=language))
    assert {"ko": "놀이한 기록이 없어요", "en": "Nothing was played"}[language] in seen
    assert {"ko": "유효한 계획이 없어요", "en": "No plan is in force"}[language] in seen
    assert "None" not in seen.replace("Diagnoses recorded None", "")


async def test_T11_a_week_of_a_child_who_just_began_is_not_thinned_by_the_weeks_before(
    guardian: Guardian, clock: StoppedClock
) -> None:
    child = await guardian.register_child(therapy_starts_on="2026-03-16")
    at = clock.now() - timedelta(hours=1)
    await guardian.upload(child, [play(at - timedelta(days=day)) for day in range(2)])
    seen = words(await report(guardian, child, language="en"))
    assert "Active minutes a week [3] 2 min" in seen
    assert "Repetitions a week 20 20 in the period" in seen


async def test_T11_it_tells_who_the_child_is_and_who_made_the_plan(
    guardian: Guardian,
    player: dict[str, Any],
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
    clock: StoppedClock,
) -> None:
    path = f"/children/{player['id']}"
    diagnosis = {
        "code": "G80.2",
        "diagnosed_on": "2021-06-30",
        "institution": "서울재활병원",
        "macs": "II",
    }
    answer = await guardian.call("POST", f"{path}/diagnoses", json=diagnosis)
    assert answer.status_code == 201
    clinician = await care_member(system, http, settings, player)
    plan = {
        "days": [
            {
                "weekday": weekday,
                "hand": "left",
                "items": [{"motion": "mass_grasp", "target_repetitions": 25, "difficulty": 3}],
            }
            for weekday in (1, 3)
        ],
        "note": "놀이 뒤에는 스트레칭",
    }
    made = await clinician.call("POST", f"{path}/plans", json=plan)
    assert made.status_code == 201, made.text
    # Today was played already: the plan begins tomorrow.
    clock.advance(timedelta(days=1))
    seen = words(await report(clinician, player, "pdf", language="ko"))
    assert "2019년 5월 14일 (만 6세 10개월)" in seen
    assert "2021년 6월 30일 서울재활병원 II" in seen
    assert "움켜쥐기(전체 쥐기) 25회 (난이도 3)" in seen
    assert "치료사 · 김치료" in seen
    assert "놀이 뒤에는 스트레칭" in seen


@pytest.mark.parametrize("form", FORMATS)
async def test_T11_a_motion_that_this_release_does_not_know_is_told_by_its_id(
    guardian: Guardian,
    player: dict[str, Any],
    system: Dodam,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
) -> None:
    async with system.database.reading() as db:
        monkeypatch.delitem(await system.catalogue.motions(db), "bimanual_hold")
    seen = words(await report(guardian, player, form, language="en"))
    assert "bimanual_hold · Both" in seen
    assert "Mass grasp · Left" in seen


@pytest.mark.parametrize("form", FORMATS)
async def test_T11_what_people_wrote_is_text_in_every_form(guardian: Guardian, form: str) -> None:
    hostile = '#panic("x") <script>alert(1)</script> $a$ {{7*7}} "\\'
    child = await guardian.register_child(name=hostile)
    answer = await guardian.call(
        "POST",
        f"/children/{child['id']}/diagnoses",
        json={"code": "G80.2", "diagnosed_on": "2021-06-30", "institution": hostile},
    )
    assert answer.status_code == 201
    found = await report(guardian, child, form)
    assert words(found).count(hostile) >= 3
    if form == "html":
        assert "<script" not in found.text


@pytest.mark.parametrize("form", FORMATS)
async def test_T11_a_name_cannot_break_lines_or_turn_them(guardian: Guardian, form: str) -> None:
    child = await guardian.register_child(name="민\n준\x07 \u202edrow\u2066 끝")
    assert "민 준 drow 끝" in words(await report(guardian, child, form))


@pytest.mark.parametrize("form", FORMATS)
async def test_T11_nobody_elses_data_are_in_it(
    guardian: Guardian, player: dict[str, Any], clock: StoppedClock, form: str
) -> None:
    before = await report(guardian, player, form)
    sibling = await guardian.register_child(name="서윤")
    await guardian.upload(sibling, play(clock.now() - timedelta(hours=1)))
    after = await report(guardian, player, form)
    assert after.content == before.content
    assert "서윤" not in words(after)


@pytest.mark.parametrize("form", FORMATS)
async def test_T11_the_same_data_are_the_same_report_and_new_data_another_version(
    guardian: Guardian, player: dict[str, Any], clock: StoppedClock, form: str
) -> None:
    def version(answer: httpx.Response) -> str:
        found = re.search(r"data version (\w+)", words(answer))
        assert found
        return found[1]

    first = await report(guardian, player, form)
    assert (await report(guardian, player, form)).content == first.content
    clock.advance(timedelta(minutes=3))
    later = await report(guardian, player, form)
    assert later.content != first.content
    assert "21:03" in words(later)
    assert version(later) == version(first)
    await guardian.upload(player, play(clock.now() - timedelta(minutes=2)))
    assert version(await report(guardian, player, form)) != version(first)


@pytest.mark.parametrize("form", FORMATS)
async def test_T11_the_care_team_sees_the_same_and_the_look_is_noted(
    guardian: Guardian,
    player: dict[str, Any],
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
    form: str,
) -> None:
    clinician = await care_member(system, http, settings, player)
    seen = await clinician.call("GET", f"/children/{player['id']}/clinic-report.{form}")
    assert seen.status_code == 200
    assert seen.content == (await report(guardian, player, form)).content
    admin = staff(http, settings, "admin")
    trail = await admin.get(f"/staff/audit?actor_id={clinician.id}")
    assert [
        each["details"]["what"] for each in trail["entries"] if each["action"] == "child.viewed"
    ] == ["clinic_report"]


async def test_T11_a_page_may_do_nothing_and_a_file_names_nobody(
    guardian: Guardian, player: dict[str, Any]
) -> None:
    shown, kept = [await report(guardian, player, form) for form in FORMATS]
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert kept.headers["content-disposition"] == 'inline; filename="dodam-report-2026-03-18.pdf"'
    for answer in (shown, kept):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("asked", ["weeks=0", "weeks=27", "weeks=x", "language=de"])
@pytest.mark.parametrize("form", FORMATS)
async def test_T11_a_wrong_question_names_the_field(
    guardian: Guardian, child: dict[str, Any], form: str, asked: str
) -> None:
    answer = await guardian.call("GET", f"/children/{child['id']}/clinic-report.{form}?{asked}")
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [asked.partition("=")[0]]


async def test_T11_weeks_are_those_asked_for(guardian: Guardian, player: dict[str, Any]) -> None:
    seen = words(await report(guardian, player, weeks=1, language="en"))
    assert "16 Mar 2026 – 18 Mar 2026 (1-week period)" in seen  # noqa: RUF001
    pages = printed((await report(guardian, player, "pdf", weeks=26, language="en")).content)
    assert "(26-week period)" in pages


async def test_T11_while_too_many_are_printed_one_is_asked_to_come_again(
    guardian: Guardian, child: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = asyncio.Event()

    async def wait(*_: object) -> bytes:
        await goes_on.wait()
        return b"printed"

    monkeypatch.setattr(printer, "typeset_apart", wait)
    path = f"/children/{child['id']}/clinic-report.pdf"
    calls = [asyncio.create_task(guardian.call("GET", path)) for _ in range(11)]
    refused, served = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    answer = refused.pop().result()
    assert (answer.status_code, answer.json()["code"]) == (503, "printer_busy")
    assert answer.headers["retry-after"]
    goes_on.set()
    assert {each.status_code for each in await asyncio.gather(*served)} == {200}
