"""Sharing over HTTP: for guardians, for outside systems, and for staff."""

from dodam.features.sharing.routes.endpoints import (
    OwnEndpointsController,
    SystemsEndpointsController,
)
from dodam.features.sharing.routes.grants import SharingController
from dodam.features.sharing.routes.shared import SharedController

__all__ = [
    "OwnEndpointsController",
    "SharedController",
    "SharingController",
    "SystemsEndpointsController",
]
