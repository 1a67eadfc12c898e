"""Handing a handler what it asks for starts no task."""

from litestar.routes import HTTPRoute

from dodam.bootstrap import Dodam


def test_no_handler_is_handed_two_things_at_once(system: Dodam) -> None:
    sizes = [
        len(batch)
        for route in system.app.routes
        if isinstance(route, HTTPRoute)
        for _, wanted in route.route_handler_map.values()
        for batch in wanted.dependency_batches
    ]
    assert len(sizes) > 100
    assert set(sizes) == {1}
