"""What a workspace shares with the integration that `token` belongs to."""

from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID, uuid5

from dodam_sim.world.notion.shapes import Json

KINDS = (
    *("title", "rich_text", "number", "select", "multi_select", "date"),
    *("checkbox", "url", "email", "phone_number"),
)
_SPACE = UUID("5d0f1c52-0000-4000-8000-000000000000")


@dataclass
class Database:
    """A database with one data source; `properties` are kinds of values by name."""

    id: str
    title: str
    properties: dict[str, str]
    options: dict[str, list[Json]] = field(default_factory=dict[str, list[Json]])
    ids: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if list(self.properties.values()).count("title") != 1:
            raise ValueError("a database has one property that is a title")
        for kind in self.properties.values():
            if kind not in KINDS:
                raise ValueError(f"{kind} is not simulated")

    @property
    def data_source_id(self) -> str:
        return str(uuid5(_SPACE, self.id))

    def property_id(self, name: str) -> str:
        """Stays the same when a property is renamed."""
        made = "title" if self.properties[name] == "title" else _short(name)
        return self.ids.setdefault(name, made)

    def find(self, name_or_id: str) -> str | None:
        """The name of a property."""
        ids = {self.property_id(name): name for name in self.properties}
        return name_or_id if name_or_id in self.properties else ids.get(name_or_id)

    def schema(self) -> Json:
        return {
            name: {
                "id": self.property_id(name),
                "name": name,
                "type": kind,
                "description": None,
                kind: self._settings(name),
            }
            for name, kind in self.properties.items()
        }

    def _settings(self, name: str) -> Json:
        match self.properties[name]:
            case "number":
                return {"format": "number"}
            case "select" | "multi_select":
                return {"options": self.options.get(name, [])}
            case _:
                return {}


def _short(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:4]


def _customers() -> list[Database]:
    """As a colleague makes a database: with a title and nothing else."""
    return [Database("a0000000-0000-4000-8000-000000000001", "Customers", {"Name": "title"})]


@dataclass
class NotionAccount:
    token: str = "ntn_simulated_token_of_the_demo"  # noqa: S105 - opens the simulation only
    integration: str = "dodam"
    bot_id: str = "b0000000-0000-4000-8000-000000000001"
    databases: list[Database] = field(default_factory=_customers)
    root_page_id: str = "c0000000-0000-4000-8000-000000000001"
