"""The whole outside on two ports: one for HTTP, where every service has a path, one for mail.

A service's path is `/{name}`, as in `http://127.0.0.1:8100/sens`; it sees the rest. What a client
signs is the path that it asks for (SENS), so `raw_path` stays whole.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime

from litestar import Litestar

from dodam_sim.families.chance import stream
from dodam_sim.serving import App, Message, Receive, Send, serving
from dodam_sim.stores.page import ShopPage
from dodam_sim.stores.shop import Shop
from dodam_sim.world.control import controls, refuse_other_sites
from dodam_sim.world.discord.service import Discord
from dodam_sim.world.faults import Faulty
from dodam_sim.world.hospital import Hospital
from dodam_sim.world.members import Member
from dodam_sim.world.mixpanel.service import Mixpanel
from dodam_sim.world.notion.service import Notion
from dodam_sim.world.page import POLICY, pages
from dodam_sim.world.sens.account import SensAccount, Template
from dodam_sim.world.sens.service import Sens
from dodam_sim.world.smtp import Smtp
from dodam_sim.world.twilio_verify import TwilioVerify

HTTP_PORT = 8100
SMTP_PORT = 8125


class World:
    """`page` and `urls` say where all is, once the world is served. `now` is everybody's clock.

    `members[name].line.faults` may be set at any time; the same `seed` brings the same faults.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        templates: Mapping[str, Template] | None = None,
        seed: int = 7,
    ) -> None:
        self.sens = Sens(now, SensAccount(templates=dict(templates or {})))
        self.twilio = TwilioVerify(now)
        self.discord = Discord(now)
        self.mixpanel = Mixpanel(now)
        self.notion = Notion(now)
        self.hospital = Hospital(now)
        self.smtp = Smtp(now, stream(seed, "smtp"))
        self.shop = Shop(now, seed)
        services = (
            self.sens,
            self.twilio,
            self.discord,
            self.mixpanel,
            self.notion,
            self.hospital,
            self.shop.app_store,
            self.shop.play,
        )
        self._lines = {each.name: Faulty(each, stream(seed, each.name)) for each in services}
        self.members = {each.name: Member(each, self._lines[each.name]) for each in services}
        self.members[self.smtp.name] = Member(self.smtp, self.smtp)
        self.page = ""
        self.urls: dict[str, str] = {}
        self._front: App = Litestar(
            [
                *pages(self.members, self.urls),
                *controls(self.members, self.urls),
                *ShopPage(self.shop, POLICY).handlers(),
            ],
            openapi_config=None,
            logging_config=None,
            before_request=refuse_other_sites,
        )

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        name, _, rest = scope["path"].removeprefix("/").partition("/")
        if line := self._lines.get(name):
            await line({**scope, "path": f"/{rest}"}, receive, send)
        else:
            await self._front(scope, receive, send)


@asynccontextmanager
async def serve_world(
    world: World, *, port: int = HTTP_PORT, smtp_port: int = SMTP_PORT
) -> AsyncGenerator[None]:
    """Serve while the scope lasts. Raises PortTakenError."""
    async with world.smtp.serving(smtp_port) as mail, serving(world, port) as url:
        world.urls |= {name: f"{url}/{name}" for name in world.members}
        world.urls[world.smtp.name] = f"smtp://127.0.0.1:{mail}"
        world.page = url
        yield


@asynccontextmanager
async def running_world(
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    port: int = 0,
    smtp_port: int = 0,
    templates: Mapping[str, Template] | None = None,
    server: str | None = None,
    seed: int = 7,
) -> AsyncGenerator[World]:
    """A new world on any free ports, or on these. Raises PortTakenError.

    `server` is dodam's address, for the stores to tell of purchases.
    """
    world = World(now, templates=templates, seed=seed)
    shop = nullcontext() if server is None else world.shop.open(server)
    async with serve_world(world, port=port, smtp_port=smtp_port), shop:
        yield world
