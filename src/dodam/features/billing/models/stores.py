"""The stores that families pay through."""

from enum import StrEnum


class Store(StrEnum):
    APPLE = "apple"
    GOOGLE = "google"


class Environment(StrEnum):
    """Where a purchase was made. In the sandbox nobody pays: it entitles testers only."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"
