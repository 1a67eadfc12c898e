"""G01, T01: the motion catalogue."""

import asyncpg
import pytest

from dodam.bootstrap import Dodam
from dodam.features.content.models.motions import HandClassLabel
from tests.families import Guardian


async def test_G01_every_motion_is_described_in_korean_and_english(guardian: Guardian) -> None:
    motions = await guardian.get("/motions")
    assert len(motions) == 18
    assert [motion["position"] for motion in motions] == list(range(1, 19))
    for motion in motions:
        for text in (motion["name"], motion["description"], motion["instruction"]):
            assert any("가" <= letter <= "힣" for letter in text["ko"])
            assert text["en"].isascii()
        assert motion["labels"]
        assert set(motion["labels"]) <= set(HandClassLabel)


async def test_G01_a_client_that_has_the_catalogue_is_told_so(guardian: Guardian) -> None:
    first = await guardian.call("GET", "/motions")
    etag = first.headers["etag"]
    for held in (etag, f"W/{etag}", f'"other", {etag}'):
        again = await guardian.call("GET", "/motions", headers={"if-none-match": held})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    stale = await guardian.call("GET", "/motions", headers={"if-none-match": '"stale"'})
    assert stale.status_code == 200


async def test_G01_loading_the_catalogue_again_changes_nothing(
    system: Dodam, guardian: Guardian
) -> None:
    before = await guardian.get("/motions")
    await system.load_catalogue()
    assert await guardian.get("/motions") == before


async def test_T01_the_database_knows_the_recognisers_labels(system: Dodam) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        async with system.database.transaction() as tx:
            await tx.execute("update content.motion set labels = '{tentacle}'")
