"""L07: Prometheus reads what a process does, by names that are few, and nothing where it is off."""

import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.lifecycle import PortInUseError
from dodam.platform.measuring.exposition import exposed
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.families import PASSWORD, Guardian, play, sign_up
from tests.observing.scraping import Measured, measured

TODAY = "/v1/children/{child_id}/today"
REQUESTS = "dodam_http_requests_total"


@pytest.fixture(scope="module")
async def dodam(database_url: str, settings: Settings, system: Dodam) -> AsyncIterator[Measured]:
    del system  # it has loaded the catalogue
    async with measured(settings, database_url) as found:
        yield found


@pytest.fixture
async def http(dodam: Measured) -> httpx.AsyncClient:
    return dodam.http


async def test_L07_requests_are_counted_by_method_route_and_status(
    dodam: Measured, guardian: Guardian
) -> None:
    child = await guardian.register_child()
    before = await dodam.scraped()
    for _ in range(3):
        await guardian.get(f"/children/{child['id']}/today")
    await guardian.call("GET", f"/children/{uuid4()}/today")
    await guardian.call("POST", "/children", content=b"{")
    found = (await dodam.scraped()).since(before)
    assert found.value(REQUESTS, method="GET", route=TODAY, status="200") == 3
    assert found.value(REQUESTS, method="GET", route=TODAY, status="404") == 1
    assert found.value(REQUESTS, method="POST", route="/v1/children", status="400") == 1
    timed = "dodam_http_request_duration_seconds"
    assert found.value(f"{timed}_count", route=TODAY, **{"class": "2xx"}) == 3
    assert found.value(f"{timed}_sum", route=TODAY, **{"class": "2xx"}) > 0
    assert found.value(f"{timed}_bucket", route=TODAY, le="+Inf") == 4
    assert found.value("dodam_http_requests_in_flight") == 0
    assert found.value("dodam_database_connection_wait_seconds_count") > 0


async def test_L07_whoever_asks_for_anything_makes_no_series_of_his_own(dodam: Measured) -> None:
    async def ask(number: int) -> None:
        await dodam.http.get(f"/v1/children/{uuid4()}/today?secret={number}")
        await dodam.http.get(f"/{uuid4()}")
        await dodam.http.get(f"/docs/static/{uuid4()}.js")
        await dodam.http.request(f"METHOD{number}", "/v1/children")

    await ask(0)
    before = await dodam.scraped()
    for number in range(1, 20):
        await ask(number)
    after = await dodam.scraped()
    assert set(after.values) == set(before.values)
    assert after.value(REQUESTS, route="(none)") > before.value(REQUESTS, route="(none)")
    assert "(other)" in after.labels(REQUESTS, "method")


async def test_L07_what_families_do_is_counted(dodam: Measured, http: httpx.AsyncClient) -> None:
    before = await dodam.scraped()
    guardian = await sign_up(http)
    child = await guardian.register_child()
    first = play(NOON)
    await guardian.upload(child, [first, play(NOON, motion="unheard_of")])
    await guardian.upload(child, [first])
    await guardian.get("/entitlement")
    await http.post("/v1/auth/sign-in", json={"email": guardian.email, "password": PASSWORD})
    wrong = {"email": guardian.email, "password": "not the right one"}
    await http.post("/v1/auth/sign-in", json=wrong)
    found = (await dodam.scraped()).since(before)
    for fate in ("created", "duplicate", "rejected"):
        assert found.value("dodam_play_records_total", fate=fate) == 1
    assert found.value("dodam_entitlement_answers_total", grounds="no") == 1
    signed_in = "dodam_sign_ins_total"
    assert found.value(signed_in, account="guardian", outcome="signed_in") == 2
    assert found.value(signed_in, account="guardian", method="password", outcome="refused") == 1


async def test_L07_an_event_loop_that_stands_still_is_seen(dodam: Measured) -> None:
    lag = "dodam_event_loop_lag_seconds"
    await dodam.until(lambda found: found.value(f"{lag}_count") > 0)
    before = await dodam.scraped()
    time.sleep(1.5)  # noqa: ASYNC251 - it is what is to be seen
    counted = before.value(f"{lag}_count")
    after = await dodam.until(lambda found: found.value(f"{lag}_count") > counted)
    assert after.since(before).value(f"{lag}_sum") > 0.5


async def test_L07_connections_process_and_release_are_told(dodam: Measured) -> None:
    found = await dodam.until(lambda found: found.value("dodam_database_connections_max") > 0)
    assert found.value("dodam_database_connections") >= 1
    assert found.value("process_resident_memory_bytes") > 0
    assert found.value("python_gc_collections_total") > 0
    assert found.value("dodam_build_info") == 1


async def test_L07_a_port_that_is_taken_is_one_sentence(dodam: Measured) -> None:
    with pytest.raises(PortInUseError, match=rf"^Port {dodam.port} on .*DODAM_METRICS_PORT"):
        async with exposed("127.0.0.1", dodam.port, "1"):
            pass
    assert (await dodam.scraped()).value("dodam_build_info") == 1


async def test_L07_figures_are_to_be_had_while_the_loop_stands_still(dodam: Measured) -> None:
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(httpx.get, f"http://127.0.0.1:{dodam.port}/metrics")
        # Nothing of this loop is done until they are read.
        assert reading.result(10).status_code == 200
