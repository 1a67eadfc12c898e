"""The API's description (OpenAPI 3.1) and the pages that show it."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import msgspec
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, License, Tag

from dodam.platform.http.access import BEARER
from dodam.platform.http.docs_pages import docs_plugins, docs_router

_ABOUT = """\
The backend of games that train children's hands: guardians, children, plans, plays, mini-games and
progress.

Sign in under **auth** first; the page then uses your token for every other call. Failures are
problem details (RFC 9457): `code` is stable, `detail` is in the language of `Accept-Language`
(Korean or English). Where there is no data, lists are empty.

Every answer names its request in `X-Request-ID`, and a failure in `instance` as well: tell it when
you ask for help.
"""
_TAGS = [
    Tag("auth", "Accounts, signing in and out."),
    Tag("account", "What belongs to the caller's own account."),
    Tag("phone", "The account's phone number, verified by a code."),
    Tag("devices", "The devices an account plays on, and how the game runs best there."),
    Tag("consents", "What is consented to, and by whom."),
    Tag("children", "The children a guardian registers."),
    Tag("plans", "What a child is to play on which day, and when it rests."),
    Tag("plays", "What was played, in which sessions, and what was corrected."),
    Tag("progress", "What came of it: today, calendar, attendance, logs, report."),
    Tag("outcomes", "What the plays say: results, trends, dose and adherence, drop-out risk."),
    Tag("difficulty", "The level to play each motion at."),
    Tag("reports", "A report to print for the clinic."),
    Tag("sharing", "Which outside systems may have a child's data, and what they read."),
    Tag("webhooks", "Where outside systems are told of what is new."),
    Tag("messages", "What guardians are told, and what they want to be told."),
    Tag("behaviour", "What was done in the game, for those who make it; with consent only."),
    Tag("start", "Everything a client needs when it starts."),
    Tag("settings", "What the game runs at, changed live, and for whom."),
    Tag("patch-notes", "What is new in each version of the app."),
    Tag("content", "What can be played: motions, images and videos."),
    Tag("games", "Mini-games: what they are, which are open, and what came of them."),
    Tag("tickets", "What children earn by their therapy, and spend on mini-games."),
    Tag("entitlement", "Whether an account may play as a subscriber does."),
    Tag("stores", "What the App Store and Google Play send."),
    Tag("subscriptions", "What an account bought and holds at the App Store and Google Play."),
    Tag("payments", "What staff see of subscriptions and payments, and do about them."),
    Tag("promotions", "Codes that give free days or tickets."),
    Tag("figures", "How much is played, across all children."),
    Tag("audit", "Who did what, to what, when."),
    Tag("staff", "What people who work with the data may do, by their roles."),
    Tag("care", "Who of the staff treats a child; what staff do with guardians' accounts."),
    Tag("api-keys", "How outside systems call in their own name."),
    Tag("operations", "How background work does, and work that was given up."),
    Tag("health", "Whether the service is well."),
]


class _Components(Components):
    """Those Litestar finds in handlers' signatures, and structs that none of them names.

    Worked out when the description is asked for: most processes never are.
    """

    def __init__(self, decoded_by_hand: Sequence[type]) -> None:
        super().__init__(security_schemes={"bearer": BEARER})
        self._decoded_by_hand = decoded_by_hand

    def to_schema(self) -> dict[str, Any]:
        described = super().to_schema()
        _, schemas = msgspec.json.schema_components(
            self._decoded_by_hand, ref_template="#/components/schemas/{name}"
        )
        return {**described, "schemas": {**schemas, **described["schemas"]}}


def openapi_config(decoded_by_hand: Sequence[type]) -> OpenAPIConfig:
    return OpenAPIConfig(
        title="dodam",
        version=version("dodam"),
        description=_ABOUT,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        components=_Components(decoded_by_hand),
        security=[{"bearer": []}],
        tags=_TAGS,
        render_plugins=docs_plugins(),
        openapi_router=docs_router(),
        use_handler_docstrings=True,
    )
