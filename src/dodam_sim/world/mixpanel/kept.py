"""The events a project has, as reports see them: each once, the newest copy."""

from dodam_sim.world.mixpanel.events import Event, Key

_KEPT = 5000
_REMEMBERED = 500_000


class Events:
    """`imported` counts all that were taken, `duplicates` those of them that were there before."""

    def __init__(self) -> None:
        self.imported = 0
        self.duplicates = 0
        self._newest: dict[Key, Event] = {}
        self._seen: dict[int, None] = {}

    @property
    def newest(self) -> list[Event]:
        return list(self._newest.values())

    def keep(self, event: Event) -> None:
        self.imported += 1
        if hash(event.key) in self._seen:
            self.duplicates += 1
            if event.key not in self._newest:
                return
            del self._newest[event.key]
        self._seen[hash(event.key)] = None
        self._newest[event.key] = event
        if len(self._newest) > _KEPT:
            del self._newest[next(iter(self._newest))]
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def forget(self, distinct_id: str) -> None:
        for event in self.newest:
            if event.distinct_id == distinct_id:
                del self._newest[event.key]
