"""Puts the content feature together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dodam.features.audit.service import Audit
from dodam.features.content.models.media import MediaKind
from dodam.features.content.ports import ObjectStorage
from dodam.features.content.routes.media import MediaController
from dodam.features.content.routes.media_files import MediaFilesController
from dodam.features.content.routes.motions import MotionsController
from dodam.features.content.routes.staff_motions import StaffMotionsController
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.content.service.media import Media
from dodam.features.content.service.media_files import MediaFiles
from dodam.features.content.service.media_library import MediaLibrary
from dodam.features.content.service.media_uploads import MediaUploads
from dodam.features.content.service.media_urls import MediaUrls
from dodam.features.content.service.motions import Motions
from dodam.platform.assembly import Assembly


@dataclass(frozen=True)
class Content:
    """What the feature offers outside of its routes."""

    catalogue: Catalogue
    media: Media


def wire(
    assembly: Assembly,
    audit: Audit,
    storage: ObjectStorage,
    url_keys: Sequence[bytes],
    most_bytes: Mapping[MediaKind, int],
) -> Content:
    """`url_keys` sign addresses, the newest last; `most_bytes` may be uploaded of each kind."""
    urls = MediaUrls(url_keys, assembly.clock)
    media = Media(urls)
    library = MediaLibrary(media, urls, storage, audit)
    uploads = MediaUploads(
        assembly.database, assembly.clock, media, library, storage, audit, most_bytes
    )
    catalogue = Catalogue(assembly.clock, media)
    assembly.services |= {
        "catalogue": catalogue,
        "media_files": MediaFiles(urls, storage),
        "media_library": library,
        "media_uploads": uploads,
        "motions": Motions(assembly.clock, catalogue, media, audit),
    }
    assembly.routes += [
        MotionsController,
        StaffMotionsController,
        MediaController,
        MediaFilesController,
    ]
    assembly.chores["forget-orphaned-media"] = ("23 4 * * *", uploads.forget_orphans)
    return Content(catalogue, media)
