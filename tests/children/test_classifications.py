"""C04: codes have titles, and scales say what each level means, in Korean and English."""

import re
from typing import Any

import httpx
import pytest

from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.families import Guardian
from tests.staff import staff

from .steps import diagnose

KOREAN = re.compile("[가-힣]")


async def test_C04_every_code_has_a_title_in_both_languages(guardian: Guardian) -> None:
    codes = await guardian.get("/diagnosis-codes")
    assert [each["code"] for each in codes] == sorted({each["code"] for each in codes})
    for each in codes:
        assert re.fullmatch(r"[A-Z][0-9]{2}(\.[0-9])?", each["code"])
        assert KOREAN.search(each["title"]["ko"])
        assert each["title"]["en"].isascii()


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("G80.2", ["G80.2"]),
        ("g802", ["G80.2"]),
        ("p14", ["P14", "P14.0", "P14.1", "P14.3"]),
        ("에르브", ["P14.0"]),
        ("ERB ", ["P14.0"]),
        ("편마비", ["G80.2", "G81", "G81.0", "G81.1", "G81.9"]),
        ("U07.1", []),
        ("%", []),
    ],
)
async def test_C04_codes_are_found_by_their_beginning_or_a_part_of_a_title(
    guardian: Guardian, sought: str, found: list[str]
) -> None:
    codes = await guardian.get("/diagnosis-codes", params={"search": sought})
    assert [each["code"] for each in codes] == found


async def test_C04_an_endless_search_is_refused(guardian: Guardian) -> None:
    answer = await guardian.call("GET", "/diagnosis-codes", params={"search": "가" * 81})
    assert [error["field"] for error in answer.json()["errors"]] == ["search"]


async def test_C04_every_level_of_every_scale_is_explained(guardian: Guardian) -> None:
    scales = {each["id"]: each for each in await guardian.get("/severity-scales")}
    assert {name: (each["youngest"], each["oldest"]) for name, each in scales.items()} == {
        "macs": (4, 18),
        "mini_macs": (1, 4),
        "gmfcs": (0, 18),
        "bfmf": (3, 18),
    }
    for scale in scales.values():
        assert [each["level"] for each in scale["levels"]] == ["I", "II", "III", "IV", "V"]
        assert scale["sources"]
        for text in (scale["name"], scale["what"], *(each["meaning"] for each in scale["levels"])):
            assert KOREAN.search(text["ko"])
            assert text["en"].isascii()


@pytest.mark.parametrize("path", ["/diagnosis-codes", "/severity-scales"])
async def test_C04_a_client_that_has_them_is_told_so(
    guardian: Guardian, http: httpx.AsyncClient, settings: Settings, path: str
) -> None:
    for who in (guardian, staff(http, settings, Role.CLINICIAN)):
        first = await who.call("GET", path)
        again = await who.call("GET", path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("code", "language", "title"),
    [
        ("G80.2", "ko", "경직성 편마비 뇌성마비"),
        ("G80.2", "en", "Spastic hemiplegic cerebral palsy"),
        # No code of our list; nobody is kept from recording it.
        ("Q87.1", "ko", None),
    ],
)
async def test_C04_a_diagnosis_says_what_its_code_means_in_the_callers_language(
    guardian: Guardian, child: dict[str, Any], code: str, language: str, title: str | None
) -> None:
    recorded = await diagnose(guardian, child, code=code)
    path = f"/children/{child['id']}/diagnoses"
    spoken = {"accept-language": language}
    [listed] = await guardian.get(path, headers=spoken)
    shown = await guardian.get(f"{path}/{recorded['id']}", headers=spoken)
    [version] = await guardian.get(f"{path}/{recorded['id']}/history", headers=spoken)
    assert {each["title"] for each in (listed, shown, version)} == {title}
