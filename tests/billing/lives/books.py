"""dodam's books without a database: what it knows, whom that entitles, what it wrote down."""

from collections import Counter, defaultdict
from datetime import datetime

import msgspec
from msgspec import Struct, field

from dodam.features.billing.models.facts import Span, Standing, standing
from dodam.features.billing.models.news import Announced, announce
from dodam.features.billing.models.payments import Booked, PaymentKind, missing_lines
from dodam.features.billing.models.payments import Line as Booking
from dodam.features.billing.models.records import Record
from dodam.features.billing.models.states import Fact, News, State
from dodam.features.billing.models.told import Told


class Line(Struct, frozen=True):
    """Who may play, as it was known from an instant on."""

    since: datetime
    entitled: tuple[Span, ...]


class Page(Struct):
    """One subscription. `line` is in order; `paid` and `given_back` are by transaction."""

    record: Record = field(default_factory=Record)
    announced: Announced = field(default_factory=Announced)
    line: list[Line] = field(default_factory=list)
    charges: Counter[str] = field(default_factory=Counter)
    paid: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    given_back: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def left(self) -> dict[str, int]:
        """What was paid and not given back, in millionths, of transactions that cost something."""
        sums = Counter[str]()
        for booked in (self.paid, self.given_back):
            for transaction, micros in booked.items():
                sums[transaction] += sum(micros.values())
        return {name: micros for name, micros in sums.items() if micros}


class Books:
    """As `Subscriptions` keeps them: a purchase that another takes the place of ends there.

    `facts` counts what was so, `moves` states that were left by facts, `news` what was announced.
    """

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.facts = Counter[Fact]()
        self.moves = Counter[tuple[State | None, Fact]]()
        self.news = Counter[News]()

    def learn(self, told: Told, now: datetime) -> Standing:
        page = self.pages.get(told.key) or self._open(told.key)
        record = page.record.learning(told)
        standing = self._keep(page, record, now)
        if record.replaces in self.pages:
            self._end(record.replaces, record, now)
        return standing

    def look(self, key: str, now: datetime) -> Standing:
        """At what dates alone have changed."""
        page = self.pages[key]
        return self._keep(page, page.record, now)

    def _open(self, key: str) -> Page:
        by = [each.record for each in self.pages.values() if each.record.replaces == key]
        replaced_at = by[0].begins_at if by else None
        page = self.pages[key] = Page(Record(replaced_at=replaced_at))
        return page

    def _end(self, key: str, by: Record, now: datetime) -> None:
        page, begins_at = self.pages[key], by.begins_at
        known = page.record.replaced_at
        if begins_at is not None and (known is None or begins_at < known):
            record = msgspec.structs.replace(page.record, replaced_at=begins_at)
            self._keep(page, record, now)

    def _keep(self, page: Page, record: Record, now: datetime) -> Standing:
        stands = standing(record, now)
        spans = () if record.family_shared else stands.entitled
        page.line.append(Line(now, spans))
        self.facts[stands.fact] += 1
        before = page.announced
        if before.state is not stands.state:
            self.moves[before.state, stands.fact] += 1
        change = record.renewal.price_change if record.renewal else None
        lines = self._book(page, record)
        for item in announce(before, stands, change, lines, now):
            self.news[item.news] += 1
        page.announced = Announced(stands.state, stands.period, change)
        page.record = record
        return stands

    def _book(self, page: Page, record: Record) -> list[Booking]:
        added: list[Booking] = []
        if record.family_shared:
            return added
        for name, period in record.periods.items():
            if period is page.record.periods.get(name):
                continue
            paid, given_back = page.paid[name], page.given_back[name]
            for line in missing_lines(period, Booked(paid, given_back)):
                refund = line.kind in {PaymentKind.REFUND, PaymentKind.REFUND_REVERSED}
                booked = given_back if refund else paid
                currency = line.amount.currency
                booked[currency] = booked.get(currency, 0) + line.amount.micros
                page.charges[name] += line.kind is PaymentKind.CHARGE
                added.append(line)
        return added
