"""The world's controls over HTTP: what was received, as JSON, and what is to go wrong."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post, put
from litestar.exceptions import NotAuthorizedException, NotFoundException, ValidationException
from litestar.params import FromPath, JSONBody
from litestar.response import Redirect
from msgspec import Meta, Struct

from dodam_sim.shown import Shown
from dodam_sim.world.faults import WELL, Fault, Faults, Seconds
from dodam_sim.world.members import Member

AnyRequest = Request[Any, Any, Any]


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


def controls(members: Mapping[str, Member], urls: Mapping[str, str]) -> list[Any]:
    """Litestar's handlers."""

    def member(name: str) -> Member:
        if name not in members:
            raise NotFoundException(f"There is no service {name}; there are {', '.join(members)}.")
        return members[name]

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

    return [list_services, list_received, get_faults, put_faults, post_faults]


def refuse_other_sites(request: AnyRequest) -> None:
    """A page that somebody looks at beside this one changes nothing here.

    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    site = request.headers.get("sec-fetch-site", "none")
    if request.method != "GET" and site not in {"none", "same-origin"}:
        raise NotAuthorizedException("Another site's page may not do this.")
