"""Puts the content feature together."""

from dataclasses import dataclass

from dodam.features.audit.service import Audit
from dodam.features.content.routes.motions import MotionsController
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.content.service.media import Media
from dodam.platform.assembly import Assembly


@dataclass(frozen=True)
class Content:
    """What the feature offers outside of its routes."""

    catalogue: Catalogue
    media: Media


def wire(assembly: Assembly, audit: Audit) -> Content:
    del audit
    catalogue = Catalogue()
    media = Media()
    assembly.services |= {"catalogue": catalogue, "media": media}
    assembly.routes.append(MotionsController)
    return Content(catalogue, media)
