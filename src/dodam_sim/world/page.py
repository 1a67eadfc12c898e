"""The world's page: what every service received, drawn as it would arrive, and how it is."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response, get
from msgspec import Struct

from dodam_sim.world.faults import Fault
from dodam_sim.world.members import Member

_KOREA = ZoneInfo("Asia/Seoul")
_MOST_ON_PAGE = 30
_HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class Described(Struct, frozen=True):
    """What a newcomer may want to know of a service, and how its things are drawn."""

    title: str
    about: str
    look: str


_DESCRIBED = {
    "sens": Described("KakaoTalk and SMS", "Naver Cloud SENS: Alimtalk, SMS and LMS", "sms"),
    "twilio": Described("US phones", "Twilio Verify: codes by SMS", "sms"),
    "smtp": Described("Mail", "a mail server that keeps what it is given", "mail"),
    "discord": Described("Discord", "the team's channel, by webhook", "embed"),
    "mixpanel": Described("Mixpanel", "behaviour events", "event"),
    "notion": Described("Notion", "the team's customer database", "row"),
    "app-store": Described("App Store", "what it told dodam; the shop shows more", "webhook"),
    "play": Described("Google Play", "what Pub/Sub told dodam; the shop shows more", "webhook"),
    "webhooks": Described("A hospital", "receives signed webhooks", "webhook"),
}


def pages(members: Mapping[str, Member], urls: Mapping[str, str]) -> list[Any]:
    """Litestar's handlers."""
    template = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("page.html")
    styles = (_HERE / "page.css").read_text(encoding="utf-8")
    renewing = (_HERE / "page.js").read_text(encoding="utf-8")

    @get("/", media_type=MediaType.HTML)
    async def show() -> Response[str]:
        services = [_as_shown(name, each, urls) for name, each in members.items()]
        page = template.render(services=services, faults=list(Fault))
        return Response(page, headers={"content-security-policy": POLICY})

    @get("/page.css", media_type="text/css")
    async def style() -> str:
        return styles

    @get("/page.js", media_type="text/javascript")
    async def script() -> str:
        return renewing

    return [show, style, script]


def _as_shown(name: str, member: Member, urls: Mapping[str, str]) -> dict[str, Any]:
    described = _DESCRIBED.get(name, Described(name, "", "plain"))
    received = member.newest()
    return {
        "name": name,
        "title": described.title,
        "about": described.about,
        "url": urls.get(name, ""),
        "faults": member.line.faults,
        "shares": {fault.value: n for fault, n in member.line.faults.shares().items() if n},
        "count": len(received),
        "received": [
            {"it": each, "look": each.look or described.look, **_times(each.at)}
            for each in received[:_MOST_ON_PAGE]
        ],
    }


def _times(at: datetime) -> dict[str, str]:
    """Korean time, as the families' phones show it."""
    here = at.astimezone(_KOREA)
    return {"iso": at.isoformat(), "time": f"{here:%H:%M:%S}", "day": f"{here:%Y-%m-%d}"}
