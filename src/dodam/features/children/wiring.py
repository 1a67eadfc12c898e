"""Puts the children feature together."""

from dodam.features.children.routes import ChildrenController
from dodam.features.children.service import Children
from dodam.platform.assembly import Assembly


def wire(assembly: Assembly, *, limit: int, day_start_hour: int) -> Children:
    children = Children(assembly.clock, limit=limit, day_start_hour=day_start_hour)
    assembly.services["children"] = children
    assembly.routes.append(ChildrenController)
    return children
