"""G06: how staff write patch notes, and what they cannot write."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dodam.features.accounts.models.permissions import Role
from dodam.features.livesettings.models.markdown import markdown_errors
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.staff import Staff, staff

from .notes import PATH, correct, draft, note, published, then


@pytest.fixture
def marketing(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, Role.MARKETING)


def _wrong(answer: httpx.Response) -> list[tuple[str, str]]:
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input"), answer.text
    return [(each["field"], each["code"]) for each in answer.json()["errors"]]


async def test_G06_every_edit_is_kept_and_audited(
    marketing: Staff, http: httpx.AsyncClient, settings: Settings
) -> None:
    made = await published(marketing)
    corrected = await correct(marketing, made, text={"ko": "고침", "en": "Corrected"})
    assert corrected.json()["state"] == "published"
    assert corrected.json()["publish_at"] == made["publish_at"]
    support = staff(http, settings, Role.SUPPORT)
    edits = await support.get(f"{PATH}/{made['id']}/edits")
    assert [(each["edit"], each["state"], each["text"]["en"][:5]) for each in edits] == [
        (3, "published", "Corre"),
        (2, "published", "## Br"),
        (1, "draft", "## Br"),
    ]
    assert {each["made_by"] for each in edits} == {str(marketing.id)}
    admin = staff(http, settings, Role.ADMIN)
    trail = await admin.get("/staff/audit", params={"subject_id": made["id"]})
    assert [each["action"] for each in trail["entries"]] == [
        "patch_note.changed",
        "patch_note.published",
        "patch_note.made",
    ]


async def test_G06_of_two_who_change_a_note_at_once_one_is_told(marketing: Staff) -> None:
    known = await draft(marketing)
    answers = await asyncio.gather(*(correct(marketing, known) for _ in range(8)))
    assert sorted(each.status_code for each in answers) == [200, *[409] * 7]
    late = [each.json() for each in answers if each.status_code == 409]
    assert {(each["code"], each["details"]["edit"]) for each in late} == {("patch_note_changed", 2)}
    for deed in ("publish", "withdraw"):
        assert (await then(marketing, known, deed)).status_code == 409
    [newest] = [each for each in await marketing.get(PATH) if each["id"] == known["id"]]
    assert (newest["edit"], newest["state"]) == (2, "draft")


async def test_G06_a_scheduled_note_can_be_moved_and_a_published_one_cannot(
    marketing: Staff,
) -> None:
    later = await published(marketing, NOON + timedelta(days=2))
    moved = await then(marketing, later, "publish", at=(NOON + timedelta(days=1)).isoformat())
    assert moved.json()["publish_at"] == "2026-03-19T12:00:00Z"
    now = await then(marketing, moved.json(), "publish")
    assert now.json()["state"] == "published"
    again = await then(marketing, now.json(), "publish")
    assert (again.status_code, again.json()["code"]) == (409, "patch_note_published")
    gone = await then(marketing, now.json(), "withdraw")
    twice = await then(marketing, gone.json(), "withdraw")
    assert (twice.status_code, twice.json()["code"]) == (409, "patch_note_withdrawn")


@pytest.mark.parametrize("at", [NOON - timedelta(seconds=1), NOON + timedelta(days=367)])
async def test_G06_a_note_is_published_soon_and_never_before(marketing: Staff, at: Any) -> None:
    answer = await then(marketing, await draft(marketing), "publish", at=at.isoformat())
    assert _wrong(answer) == [("at", "out_of_range")]


@pytest.mark.parametrize(
    ("markdown", "code"),
    [
        ("Now <b>bold</b>", "raw_html"),
        ("<script>alert(1)</script>", "raw_html"),
        ("- a\n  - b\n    <iframe src=x>", "raw_html"),
        ("<!-- a secret -->", "raw_html"),
        ("![a picture](https://media.dodam.example/a.png)", "image"),
        ("![a picture][1]\n\n[1]: https://media.dodam.example/a.png", "image"),
        ("[here](http://dodam.example)", "not_https"),
        ("[here](javascript:alert(1))", "not_https"),
        ("[here](JaVaScRiPt&colon;alert(1))", "not_https"),
        ("[here](//dodam.example)", "not_https"),
        ("[here](/settings)", "not_https"),
        ("[here](https:dodam.example)", "not_https"),
        ("[here](https:///a)", "not_https"),
        ("[here][1]\n\n[1]: data:text/html,x", "not_https"),
        ("<mailto:help@dodam.example>", "not_https"),
        ("<help@dodam.example>", "not_https"),
        # What refers to nothing may refer to something where labels are compared otherwise.
        ("[here]: javascript:x", "not_https"),
        # Some make links of these too.
        ("Look at http://dodam.example", "not_https"),
        ("**www.dodam.example**", "not_https"),
        (">" * 21 + " deep", "too_deep"),
        (">" * 20_000 + "<script>", "too_deep"),
        ("- " * 5000 + "<script>", "too_deep"),
        ("[" * 61, "too_many_brackets"),
        ("[" * 20_000, "too_many_brackets"),
        ("가" * 7000, "too_large"),
        ("a" * 20_481, "wrong_length"),
        (" \n ", "wrong_format"),
        ("a\x00b", "wrong_format"),
        ("", "wrong_length"),
    ],
)
async def test_G06_what_a_renderer_could_be_tricked_with_is_refused(
    marketing: Staff, markdown: str, code: str
) -> None:
    form = note(text={"ko": "새 소식", "en": markdown})
    assert _wrong(await marketing.call("POST", PATH, json=form)) == [("text.en", code)]
    known = await draft(marketing)
    answer = await correct(marketing, known, text={"ko": markdown, "en": "News"})
    assert _wrong(answer) == [("text.ko", code)]


@pytest.mark.parametrize(
    "markdown",
    [
        "# News\n\n1. **Brushing**\n2. *Cooking*\n\n> Thank you!\n\n[more](https://dodam.example/a?b=1)",
        "`<b>` is code, 1 < 2, &lt;b&gt; is text, <https://dodam.example>",
        "```html\n<script>\n```",
        "`http://` is code, https://dodam.example is not",
        "가" * 6826,
    ],
)
async def test_G06_everything_else_of_markdown_is_taken(marketing: Staff, markdown: str) -> None:
    made = await draft(marketing, text={"ko": markdown, "en": markdown})
    assert made["text"] == {"ko": markdown, "en": markdown}


@pytest.mark.parametrize("opening", ["[", "![", "**[", "[a"])
def test_G06_a_link_is_seen_behind_however_many_brackets(opening: str) -> None:
    for times in range(200):
        hidden = opening * times + "[here](javascript:alert(1))"
        assert markdown_errors(hidden, "text.en"), times


@pytest.mark.parametrize(
    "nasty", [("[" * 60 + "\n\n") * 320, "**a *" * 4000, "_a" * 10_000, "`" * 20_000]
)
async def test_G06_markdown_that_is_slow_to_read_does_no_harm(marketing: Staff, nasty: str) -> None:
    made = await draft(marketing, text={"ko": "새 소식", "en": nasty})
    assert made["text"]["en"] == nasty


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"app_version": "newest"}, "app_version"),
        ({"app_version": "1.2.3.4.5"}, "app_version"),
        ({"app_version": "1.4.0\n"}, "app_version"),
        ({"platforms": []}, "platforms"),
        ({"platforms": ["toaster"]}, "platforms[0]"),
        ({"text": {"ko": "새 소식"}}, "text.en"),
        ({"title": "News"}, "title"),
    ],
)
async def test_G06_a_note_that_is_not_whole_is_refused(
    marketing: Staff, fields: dict[str, Any], field: str
) -> None:
    [(named, _)] = _wrong(await marketing.call("POST", PATH, json=note(**fields)))
    assert named == field


async def test_G06_a_note_that_is_not_there_is_told_of_as_such(marketing: Staff) -> None:
    unknown = {"id": str(uuid4()), "edit": 1}
    for answer in (
        await correct(marketing, unknown),
        await then(marketing, unknown, "publish"),
        await then(marketing, unknown, "withdraw"),
        await marketing.call("GET", f"{PATH}/{unknown['id']}/edits"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "patch_note_not_found")


async def test_G06_who_may_not_write_notes_may_still_read_drafts(
    marketing: Staff, http: httpx.AsyncClient, settings: Settings
) -> None:
    known = await draft(marketing)
    support = staff(http, settings, Role.SUPPORT)
    assert known["id"] in {each["id"] for each in await support.get(PATH)}
    assert (await correct(support, known)).status_code == 403
    assert (await then(support, known, "publish")).status_code == 403
