"""The world's page: what every service received, and how it is; for people and as JSON."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Any, Protocol
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, MediaType, Request, Response, get, post, put
from litestar.exceptions import NotAuthorizedException, NotFoundException, ValidationException
from litestar.params import FromPath, JSONBody
from litestar.response import Redirect
from msgspec import Meta, Struct

from dodam_sim.serving import App
from dodam_sim.world.faults import WELL, Fault, Faults, Seconds
from dodam_sim.world.shown import Shown

AnyRequest = Request[Any, Any, Any]
_KOREA = ZoneInfo("Asia/Seoul")
_MOST_ON_PAGE = 30


class Party(Protocol):
    """A service that remembers what it received."""

    name: str

    def shown(self) -> list[Shown]: ...


class Line(Protocol):
    """What lies between a service and its clients."""

    faults: Faults


class Member(Struct, frozen=True):
    party: Party
    line: Line

    def newest(self) -> list[Shown]:
        return sorted(self.party.shown(), key=lambda each: each.at, reverse=True)


class Described(Struct, frozen=True):
    """What a newcomer may want to know of a service, and how its things are drawn."""

    title: str
    about: str
    look: str


class State(Struct, frozen=True):
    """A service as `GET /services` tells of it."""

    name: str
    url: str
    faults: Faults
    received: int


class FaultForm(Struct, frozen=True):
    """The page's form: one fault, any of them (flaky), or none (well)."""

    fault: str
    percent: Annotated[float, Meta(ge=0, le=100)]
    seconds: Seconds

    def __post_init__(self) -> None:
        if self.fault not in {"well", "flaky", *Fault}:
            raise ValueError(f"there is no fault {self.fault}")

    def as_faults(self) -> Faults:
        if self.fault == "well":
            return WELL
        among = Fault if self.fault == "flaky" else [Fault(self.fault)]
        return Faults.flaky(self.percent / 100, among, slow_seconds=self.seconds)


_DESCRIBED = {
    "sens": Described("KakaoTalk and SMS", "Naver Cloud SENS: Alimtalk, SMS and LMS", "sms"),
    "smtp": Described("Mail", "a mail server that keeps what it is given", "mail"),
    "discord": Described("Discord", "the team's channel, by webhook", "embed"),
    "mixpanel": Described("Mixpanel", "behaviour events", "event"),
    "notion": Described("Notion", "the team's customer database", "row"),
    "webhooks": Described("A hospital", "receives signed webhooks", "webhook"),
}


def make_page(members: Mapping[str, Member], urls: Mapping[str, str]) -> App:
    template = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("page.html")

    def member(name: str) -> Member:
        if name not in members:
            raise NotFoundException(f"There is no service {name}; there are {', '.join(members)}.")
        return members[name]

    @get("/", media_type=MediaType.HTML)
    async def show() -> Response[str]:
        nonce = token_urlsafe()
        page = template.render(
            services=[_as_shown(name, each, urls) for name, each in members.items()],
            faults=list(Fault),
            nonce=nonce,
        )
        return Response(page, headers={"content-security-policy": _policy(nonce)})

    @get("/services")
    async def list_services() -> list[State]:
        return [
            State(name, urls.get(name, ""), each.line.faults, len(each.party.shown()))
            for name, each in members.items()
        ]

    @get("/services/{name:str}/received")
    async def list_received(name: FromPath[str]) -> list[Shown]:
        return member(name).newest()

    @get("/services/{name:str}/faults")
    async def get_faults(name: FromPath[str]) -> Faults:
        return member(name).line.faults

    @put("/services/{name:str}/faults")
    async def put_faults(name: FromPath[str], data: JSONBody[Faults]) -> Faults:
        member(name).line.faults = data
        return data

    @post("/services/{name:str}/faults")
    async def post_faults(request: AnyRequest, name: FromPath[str]) -> Redirect:
        line = member(name).line
        try:
            form = msgspec.convert(dict(await request.form()), FaultForm, strict=False)
        except msgspec.ValidationError as error:
            raise ValidationException(str(error)) from error
        line.faults = form.as_faults()
        return Redirect(f"/#{name}", status_code=303)

    return Litestar(
        [show, list_services, list_received, get_faults, put_faults, post_faults],
        openapi_config=None,
        logging_config=None,
        before_request=_refuse_other_sites,
    )


def _refuse_other_sites(request: AnyRequest) -> None:
    """A page that somebody looks at beside this one changes nothing here.

    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    site = request.headers.get("sec-fetch-site", "none")
    if request.method != "GET" and site not in {"none", "same-origin"}:
        raise NotAuthorizedException("Another site's page may not do this.")


def _policy(nonce: str) -> str:
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


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
