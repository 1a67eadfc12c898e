"""What is counted and timed, for Prometheus; nothing is until a process is asked to.

Who has something to count declares it beside its own code and tells of it. Labels are few and
fixed: a route's template, a kind of job, an outcome; never an id, nor anybody's words.

Names are as https://prometheus.io/docs/practices/naming/ asks: units are seconds and bytes.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

# From 1 ms, for a small read, to 10 s, after which nobody waits for an answer any more.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Family:
    """One name, and a series for each set of labels that was told of."""

    declared: ClassVar[list["Family"]] = []

    def __init__(self, name: str, description: str, *labels: str) -> None:
        self.name = name
        self.description = description
        self.labels = labels
        # A series of Prometheus's client, which is loaded only where something is measured.
        self._make: Callable[..., Any] | None = None
        self._series: dict[tuple[str, ...], Any] = {}
        self.declared.append(self)

    @property
    def is_measured(self) -> bool:
        return self._make is not None

    def measure(self, make: Callable[..., Any] | None) -> None:
        """Have series made by `make`, which takes labels, from now on; None: no more."""
        self._make = make
        self._series = {}

    def _of(self, labels: tuple[str, ...]) -> Any:
        series = self._series.get(labels)
        if series is None and self._make is not None:
            series = self._series[labels] = self._make(*labels)
        return series


class Counter(Family):
    """Something that happens; Prometheus adds `_total` to its name."""

    def add(self, *labels: str, count: float = 1) -> None:
        if self._make is not None:
            self._of(labels).inc(count)


class Gauge(Family):
    """Something that goes up and down."""

    _value: Callable[[], float] | None = None

    def add(self, *labels: str, count: float = 1) -> None:
        if self._make is not None:
            self._of(labels).inc(count)

    def ask(self, value: Callable[[], float]) -> None:
        """Have the value told by `value`, which is called from another thread as it is looked at.

        For what changes so often that telling of it would cost more than it is worth.
        """
        self._value = value

    def measure(self, make: Callable[..., Any] | None) -> None:
        super().measure(make)
        if make is not None and self._value is not None:
            make().set_function(self._value)

    def set(self, value: float, *labels: str) -> None:
        if self._make is not None:
            self._of(labels).set(value)

    def set_all(self, values: Mapping[tuple[str, ...], float]) -> None:
        """All there is: what was set before and is not among them is zero."""
        for labels in [*self._series, *values]:
            self.set(values.get(labels, 0), *labels)


class Histogram(Family):
    """How long something takes, in seconds: how often it took at most so long."""

    bounds = _SECONDS

    def observe(self, seconds: float, *labels: str) -> None:
        if self._make is not None:
            self._of(labels).observe(seconds)
