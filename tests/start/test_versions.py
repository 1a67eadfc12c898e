"""G07: a client that holds an answer gets only what has changed since."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.start.models.start import Sections, since_then
from tests.clock import NOON
from tests.families import Guardian, play
from tests.games.steps import publish as publish_game
from tests.games.steps import start as start_game
from tests.house import House
from tests.livesettings.notes import correct, published, then
from tests.livesettings.settings import namespace, publish, tablet

from .steps import SECTIONS, apply, ask, begin

_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=4,
)
# As clients' sections change: now and then one.
_sections = st.fixed_dictionaries(dict.fromkeys(sorted(SECTIONS), _values))
_some = st.dictionaries(st.sampled_from(sorted(SECTIONS)), _values)

_ILL = {"reason": "illness"}
_CORRECTED = {"ko": "고친 말", "en": "Corrected words"}


def _answer(sections: dict[str, Any], since: str | None = None) -> dict[str, Any]:
    return json.loads(msgspec.json.encode(since_then(Sections(**sections), since)))


@given(before=_sections, changes=_some)
def test_G07_a_delta_on_an_answer_is_the_next_answer(
    before: dict[str, Any], changes: dict[str, Any]
) -> None:
    after = {**before, **changes}
    held, whole = _answer(before), _answer(after)
    delta = _answer(after, held["version"])
    assert apply(held, delta) == whole
    changed = {name for name in SECTIONS if json.dumps(before[name]) != json.dumps(after[name])}
    assert set(delta["unchanged"]) == SECTIONS - changed
    assert (delta["version"] == held["version"]) is not changed


@given(sections=_sections, nonsense=st.text() | st.from_regex(r"[0-9a-f]{108}", fullmatch=True))
def test_G07_a_version_that_is_none_of_ours_is_answered_with_everything(
    sections: dict[str, Any], nonsense: str
) -> None:
    assert _answer(sections, nonsense) == _answer(sections)


async def test_G07_whatever_changes_every_older_answer_can_be_brought_up_to_date(
    house: House, family: Guardian, child: dict[str, Any]
) -> None:
    admin, path = house.admin, f"/children/{child['id']}"
    device = await tablet(family)
    game = await publish_game(admin, limits={"plays_a_day": 2})
    name = await namespace(admin)
    note = await published(admin)
    grant = {"reason": "a present", "value": True}

    async def staff(method: str, where: str, form: Any) -> Any:
        answer = await admin.call(method, where, json=form)
        assert answer.is_success, answer.text
        return answer.json()

    deeds: list[tuple[Callable[[], Awaitable[Any]], set[str]]] = [
        (lambda: family.upload(child, [play(NOON - timedelta(hours=1))]), {"today"}),
        (lambda: publish(admin, name, value={"speed": 3}), {"settings"}),
        (lambda: start_game(family, child, game), {"games"}),
        (lambda: publish_game(admin, None), {"games", "settings"}),
        (lambda: publish(admin, "app", value={"minimum_version": {"android": "9"}}), {"app"}),
        (lambda: family.call("PUT", f"/patch-notes/{note['id']}/read"), {"patch_notes"}),
        (lambda: published(admin, app_version="1.2"), {"patch_notes"}),
        (lambda: correct(admin, note, text=_CORRECTED), set()),
        (
            lambda: staff(
                "POST",
                f"/staff/accounts/{family.account_id}/attributes",
                {"key": "complimentary_access", **grant},
            ),
            {"entitlement"},
        ),
        (
            lambda: staff(
                "POST",
                f"/staff/accounts/{family.account_id}/attributes",
                {"key": "device_profile", "value": "low", "reason": "slow"},
            ),
            {"device"},
        ),
        (lambda: family.call("PUT", f"{path}/exceptional-days/2026-03-18", json=_ILL), {"today"}),
        (lambda: _tomorrow(house, family), {"today", "games"}),
        (_nothing, set()),
    ]
    held = [await begin(family, child, device=device)]
    for deed, changed in deeds:
        await deed()
        whole = await begin(family, child, device=device)
        for answer in held:
            delta = await begin(family, child, device=device, since=answer["version"])
            assert apply(answer, delta) == whole
        told = {name for name in SECTIONS if whole[name] != held[-1][name]}
        # What a child plays opens games that ask for it.
        assert changed <= told <= changed | {"games"}
        held.append(whole)


async def _tomorrow(house: House, family: Guardian) -> None:
    await house.at(NOON + timedelta(hours=8), family)


async def _nothing() -> None: ...


async def test_G07_a_client_that_has_everything_is_told_so_in_a_few_bytes(
    house: House, family: Guardian, child: dict[str, Any]
) -> None:
    first = await ask(family, child)
    again = await ask(family, child, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    version = first.json()["version"]
    delta = await ask(family, child, since=version)
    assert set(delta.json()["unchanged"]) == SECTIONS
    again = await ask(family, child, since=version, if_none_match=delta.headers["etag"])
    assert again.status_code == 304
    note = await published(house.admin)
    for since, etag in ((None, first.headers["etag"]), (version, delta.headers["etag"])):
        answer = await ask(family, child, since=since, if_none_match=etag)
        assert answer.status_code == 200
        assert answer.json()["patch_notes"]["unread"] == 1
    await then(house.admin, note, "withdraw")
    assert (await ask(family, child, if_none_match=first.headers["etag"])).status_code == 304


@pytest.mark.parametrize("since", ["", "0", "\x00", "🙂" * 27, "a" * 108, "a" * 5000])
async def test_G07_a_malformed_version_is_answered_with_everything(
    guardian: Guardian, since: str
) -> None:
    child = await guardian.register_child()
    start = await begin(guardian, child, since=since)
    assert set(start) == {"version", "unchanged", *SECTIONS}


async def test_G07_another_language_is_a_change_like_any_other(
    house: House, family: Guardian, child: dict[str, Any]
) -> None:
    await published(house.admin)
    english = await begin(family, child, accept_language="en")
    korean = await begin(family, child, accept_language="ko")
    delta = await begin(family, child, accept_language="ko", since=english["version"])
    assert "patch_notes" in delta
    assert "motions" in delta["unchanged"]
    assert apply(english, delta) == korean
