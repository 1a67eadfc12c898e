"""L07: how the queue does is measured; nothing is where nobody asked for it."""

from dodam.platform.measuring.exposition import exposed
from dodam.platform.metrics import Family
from dodam.platform.settings import Settings
from tests.families import sign_up
from tests.house import named_database, new_database
from tests.observing.scraping import measured
from tests.worker import all_done, working


async def test_L07_nothing_is_measured_unless_asked_for() -> None:
    assert not any(family.is_measured for family in Family.declared)
    async with exposed("127.0.0.1", 0, "1"):
        assert all(family.is_measured for family in Family.declared)
    assert not any(family.is_measured for family in Family.declared)


async def test_L07_the_queue_is_looked_at_and_jobs_are_timed(
    database_url: str, template: str, settings: Settings
) -> None:
    url = named_database(database_url, await new_database(database_url, template))
    async with measured(settings, url) as dodam:
        await dodam.system.load_catalogue()
        await sign_up(dodam.http)
        # Whoever signs up is written to, among other things.
        before = await dodam.scraped()
        assert before.value("dodam_job_duration_seconds_count") == 0
    async with measured(settings, url) as dodam:
        waiting = await dodam.until(lambda found: found.value("dodam_jobs", state="due") > 0)
        assert waiting.labels("dodam_jobs", "state") == {"waiting", "due", "under_way", "held"}
        assert waiting.value("dodam_jobs_oldest_due_seconds") != 0
        async with working(dodam.system.jobs):
            await all_done(dodam.system)
        found = await dodam.scraped()
        assert found.labels("dodam_job_duration_seconds_count", "outcome") == {"done"}
        assert found.value("dodam_job_duration_seconds_count", lane="house") > 0
