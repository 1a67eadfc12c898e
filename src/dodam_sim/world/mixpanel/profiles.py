"""User profiles: https://docs.mixpanel.com/reference/profile-set and …/delete-profile.

The part of those addresses behind the `#` never leaves the client: all are POST /engage.
"""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

_KEPT = 10_000
_OPERATIONS = {"$set", "$set_once", "$unset", "$delete"}


class Profile(Struct, kw_only=True):
    distinct_id: str
    at: datetime
    properties: dict[str, Any]


class Profiles:
    """The newest, by distinct id."""

    def __init__(self, project_token: str) -> None:
        self.all: dict[str, Profile] = {}
        self._project_token = project_token

    def update(self, update: dict[str, Any], now: datetime) -> str | None:
        """What is wrong with it, if anything is.

        A token of no project is not wrong; the update goes nowhere, and nobody is told.
        """
        distinct_id = update.get("$distinct_id")
        operations = update.keys() & _OPERATIONS
        if not isinstance(update.get("$token"), str):
            return "'$token' is missing"
        if not isinstance(distinct_id, str) or not distinct_id:
            return "'$distinct_id' is missing or blank"
        if len(operations) != 1:
            return "update must contain one operation"
        if update["$token"] == self._project_token:
            return self._apply(operations.pop(), update, distinct_id, now)
        return None

    def forget(self, distinct_id: str) -> None:
        self.all.pop(distinct_id, None)

    def _apply(
        self, operation: str, update: dict[str, Any], distinct_id: str, now: datetime
    ) -> str | None:
        if operation == "$delete":
            self.forget(distinct_id)
            return None
        old = self.all.get(distinct_id)
        properties = old.properties if old else {}
        try:
            if operation == "$unset":
                gone = msgspec.convert(update[operation], list[str])
                properties = {name: properties[name] for name in properties.keys() - gone}
            else:
                new = msgspec.convert(update[operation], dict[str, Any])
                properties = {**properties, **new} if operation == "$set" else {**new, **properties}
        except msgspec.ValidationError:
            return f"'{operation}' is invalid"
        self.forget(distinct_id)
        self.all[distinct_id] = Profile(distinct_id=distinct_id, at=now, properties=properties)
        if len(self.all) > _KEPT:
            del self.all[next(iter(self.all))]
        return None
