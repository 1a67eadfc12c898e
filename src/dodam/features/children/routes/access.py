"""What routes ask for to come by the child they are about."""

from litestar.di import NamedDependency

from dodam.features.audit.models import Actor
from dodam.features.children.service.access import CareTeamsAccess, ChildAccess, GuardiansAccess
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.children.service.children import Children
from dodam.platform.database import Database
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller, CallerKind


def child_access(
    db: NamedDependency[Database],
    children: NamedDependency[Children],
    care_teams: NamedDependency[CareTeams],
    caller: NamedDependency[Caller],
    origin: NamedDependency[Origin],
) -> ChildAccess:
    """By who is calling; whether such a caller is served at all is the route's to say."""
    actor = Actor.calling(caller, origin)
    if caller.kind is CallerKind.STAFF:
        return CareTeamsAccess(actor, db, care_teams)
    return GuardiansAccess(actor, db, children, caller.account_id)
