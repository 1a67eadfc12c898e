"""L10: what routes are handed and what callers send are told apart."""

from litestar.routes import HTTPRoute

from dodam.bootstrap import Dodam


def test_L10_no_field_of_a_body_has_the_name_of_a_service(system: Dodam) -> None:
    """Litestar takes a mistake in such a field for its own, and answers 500."""
    seen = 0
    for route in system.app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for method, (handler, _) in route.route_handler_map.items():
            body = handler.parsed_fn_signature.parameters.get("data")
            if body is None:
                continue
            for kind in (body, *body.inner_types):
                fields = set(getattr(kind.annotation, "__struct_fields__", ()))
                assert not fields & handler.dependency_name_set, (method, route.path)
                seen += len(fields)
    assert seen
