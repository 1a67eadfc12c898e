"""A family that lives on at random, held after every step against what can be worked out by hand.

Hypothesis chooses the steps; the product is asked over HTTP, and time is moved, never waited for.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.families import PASSWORD, Guardian, sign_up
from tests.staff import Staff, care_member, staff

from .by_hand import Answer, ByHand, Play, day_of, without_words
from .childs_facts import ChildsFacts
from .plans_by_hand import asked_for
from .random_steps import (
    BEGINNINGS,
    HANDS,
    MINUTES_AGO,
    MOTIONS,
    REASONS,
    WHICH_CHILD,
    ZONES,
    plan_forms,
)

Result = TypeVar("Result")

LOOK_BACK = timedelta(days=40)


@dataclass(frozen=True)
class Surroundings:
    """What a machine, which runs in a thread of its own, needs of the test's event loop."""

    loop: asyncio.AbstractEventLoop
    http: httpx.AsyncClient
    system: Dodam
    settings: Settings
    clock: StoppedClock
    catalogue: Mapping[str, bool]

    def run(self, work: Awaitable[Result]) -> Result:
        async def awaited() -> Result:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop).result(timeout=60)


class LifeOfAFamily(RuleBasedStateMachine):
    """Two siblings with a tablet each, over weeks."""

    around: Surroundings  # given by the test

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[ChildsFacts] = []
        self.number = 0

    @initialize(
        begins=st.sampled_from(BEGINNINGS),
        zones=st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)),
        hours=st.tuples(st.integers(0, 12), st.integers(0, 12)),
        started_days_ago=st.integers(0, 30),
    )
    def moves_in(
        self,
        begins: datetime,
        zones: tuple[str, str],
        hours: tuple[int, int],
        started_days_ago: int,
    ) -> None:
        self.around.clock.set(begins)
        self.guardian: Guardian = self.around.run(sign_up(self.around.http))
        for zone, hour in zip(zones, hours, strict=True):
            starts = begins.astimezone(ZoneInfo(zone)).date() - timedelta(days=started_days_ago)
            child = self.around.run(
                self.guardian.register_child(
                    time_zone=zone, day_start_hour=hour, therapy_starts_on=starts.isoformat()
                )
            )
            self.facts.append(ChildsFacts(child, self._get(child, "/plans")))
        first, second = (facts.child for facts in self.facts)
        self.staff = {
            "clinician": self._treats(first, second, Role.CLINICIAN),
            "protocol": self._treats(first, second, Role.TRIAL_COORDINATOR),
        }

    # What may happen

    @rule(by=st.timedeltas(timedelta(minutes=1), timedelta(hours=30)))
    def time_goes_by(self, by: timedelta) -> None:
        self.around.clock.advance(by)
        self._sign_in()

    @rule(n=WHICH_CHILD)
    def the_day_is_about_to_end(self, n: int) -> None:
        """One second before the child's therapy day does."""
        ends_at = datetime.fromisoformat(self._get(self.facts[n].child, "/today")["day_ends_at"])
        self.around.clock.set(ends_at - timedelta(seconds=1))
        self._sign_in()

    @rule(n=WHICH_CHILD, data=st.data())
    def plays(self, n: int, data: st.DataObject) -> None:
        """New plays and some that were sent before, in any order, in two uploads at once."""
        facts = self.facts[n]
        count = data.draw(st.integers(1, 5))
        new = [self._play(data) for _ in range(count)]
        known = facts.plays | facts.voided | facts.given_away
        old = [play for key, play in known.items() if key in facts.sent]
        again = data.draw(st.lists(st.sampled_from(old), max_size=2)) if old else []
        sent = data.draw(st.permutations([*new, *again]))
        cut = data.draw(st.integers(0, len(sent)))
        overlap = data.draw(st.integers(0, 1))
        uploads = [part for part in (sent[: cut + overlap], sent[cut:]) if part]

        async def upload() -> list[Answer]:
            return await asyncio.gather(
                *(self.guardian.upload(facts.child, part) for part in uploads)
            )

        receipts = self.around.run(upload())
        assert sum(receipt["rejected"] for receipt in receipts) == 0
        assert sum(receipt["created"] for receipt in receipts) == len(new)
        for play in new:
            facts.plays[play["id"]] = play
            facts.sent.add(play["id"])
            begun = datetime.fromisoformat(play["started_at"])
            facts.days[play["id"]] = day_of(facts.child, begun)

    @rule(
        n=WHICH_CHILD,
        form=plan_forms(),
        source=st.sampled_from(("guardian", "clinician", "protocol")),
        starts_in=st.integers(0, 9),
        lasts=st.none() | st.integers(0, 12),
        rests_in=st.sets(st.integers(0, 14), max_size=3),
    )
    def a_plan_is_made(
        self,
        n: int,
        form: Answer,
        source: str,
        starts_in: int,
        lasts: int | None,
        rests_in: set[int],
    ) -> None:
        facts = self.facts[n]
        starts = day_of(facts.child, self._now()) + timedelta(days=starts_in)
        asked = {
            **form,
            "starts_on": starts.isoformat(),
            "rests_on": [(starts + timedelta(days=days)).isoformat() for days in sorted(rests_in)],
        }
        if lasts is not None:
            asked["ends_on"] = (starts + timedelta(days=lasts)).isoformat()
        if source == "protocol":
            asked["source"] = source
        past = self._past(facts)
        plan = self._call("POST", facts, "/plans", asked, by=source)
        assert plan["version"] == max(known["version"] for known in facts.plans) + 1
        assert plan["source"] == source
        facts.plans.insert(0, plan)
        assert self._past(facts) == past

    @rule(n=WHICH_CHILD, data=st.data(), in_days=st.integers(-1, 12))
    def a_plan_is_ended(self, n: int, data: st.DataObject, in_days: int) -> None:
        facts = self.facts[n]
        today = day_of(facts.child, self._now())
        on = today + timedelta(days=in_days)
        endable = [
            plan
            for plan in facts.plans
            if plan["source"] != "default"
            and plan["ended_on"] is None
            and (plan["ends_on"] is None or plan["ends_on"] > on.isoformat())
            and plan["starts_on"] <= (on + timedelta(days=1)).isoformat()
        ]
        if not endable:
            return
        plan = data.draw(st.sampled_from(endable))
        past = self._past(facts)
        path = f"/plans/{plan['version']}/end"
        ended = self._call("POST", facts, path, {"on": on.isoformat()}, by=plan["source"])
        facts.plans[facts.plans.index(plan)] = ended
        assert self._past(facts) == past

    @rule(n=WHICH_CHILD, hand=st.sampled_from(HANDS))
    def the_affected_hand_is_corrected(self, n: int, hand: str) -> None:
        """Plans whose hands follow a rule are made anew, from the first day that is not played."""
        facts = self.facts[n]
        past = self._past(facts)
        facts.child = self._call("PATCH", facts, "", {"affected_hand": hand})
        facts.plans = self._get(facts.child, "/plans")
        assert self._past(facts) == past

    @rule(n=WHICH_CHILD, days_ago=st.integers(-5, 20), reason=st.sampled_from(REASONS))
    def a_day_is_excused(self, n: int, days_ago: int, reason: str) -> None:
        facts = self.facts[n]
        day = day_of(facts.child, self._now()) - timedelta(days=days_ago)
        self._call("PUT", facts, f"/exceptional-days/{day}", {"reason": reason})
        facts.marked[day] = reason

    @precondition(lambda self: any(facts.marked for facts in self.facts))
    @rule(data=st.data())
    def a_day_is_an_ordinary_one_again(self, data: st.DataObject) -> None:
        facts = data.draw(st.sampled_from([each for each in self.facts if each.marked]))
        day = data.draw(st.sampled_from(sorted(facts.marked)))
        self._call("DELETE", facts, f"/exceptional-days/{day}")
        del facts.marked[day]

    @rule(
        n=WHICH_CHILD,
        begins_in=st.integers(-20, 9),
        lasts=st.none() | st.integers(0, 9),
        reason=st.sampled_from(REASONS),
        by=st.sampled_from(("guardian", "clinician")),
    )
    def therapy_is_paused(
        self, n: int, begins_in: int, lasts: int | None, reason: str, by: str
    ) -> None:
        facts = self.facts[n]
        begins = day_of(facts.child, self._now()) + timedelta(days=begins_in)
        form: Answer = {"from_day": begins.isoformat(), "reason": reason}
        if lasts is not None:
            form["to_day"] = (begins + timedelta(days=lasts)).isoformat()
        pause = self._call("POST", facts, "/pauses", form, by=by)
        # Of pauses that overlap the one made last says why.
        facts.pauses[pause["id"]] = pause

    @precondition(lambda self: any(facts.pauses for facts in self.facts))
    @rule(data=st.data(), in_days=st.integers(-3, 5))
    def a_pause_is_ended(self, data: st.DataObject, in_days: int) -> None:
        facts = data.draw(st.sampled_from([each for each in self.facts if each.pauses]))
        pause = data.draw(st.sampled_from(list(facts.pauses.values())))
        on = day_of(facts.child, self._now()) + timedelta(days=in_days)
        if not pause["from_day"] <= on.isoformat() < (pause["to_day"] or "9999"):
            return
        path = f"/pauses/{pause['id']}/end"
        facts.pauses[pause["id"]] = self._call("POST", facts, path, {"on": on.isoformat()})

    @precondition(lambda self: any(facts.plays for facts in self.facts))
    @rule(data=st.data())
    def plays_are_voided(self, data: st.DataObject) -> None:
        facts = data.draw(st.sampled_from([each for each in self.facts if each.plays]))
        for key in self._correct(data, facts, "void", facts.plays):
            facts.voided[key] = facts.plays.pop(key)

    @precondition(lambda self: any(facts.voided for facts in self.facts))
    @rule(data=st.data())
    def voided_plays_are_restored(self, data: st.DataObject) -> None:
        facts = data.draw(st.sampled_from([each for each in self.facts if each.voided]))
        for key in self._correct(data, facts, "restore", facts.voided):
            facts.plays[key] = facts.voided.pop(key)

    @precondition(lambda self: any(facts.plays for facts in self.facts))
    @rule(data=st.data())
    def plays_turn_out_to_be_the_siblings(self, data: st.DataObject) -> None:
        """A play that is given back has the day it had before."""
        facts = data.draw(st.sampled_from([each for each in self.facts if each.plays]))
        sibling = next(each for each in self.facts if each is not facts)
        to = sibling.child["id"]
        for key in self._correct(data, facts, "reassign", facts.plays, to_child_id=to):
            play = facts.given_away[key] = facts.plays.pop(key)
            sibling.given_away.pop(key, None)
            sibling.plays[key] = play
            begun = datetime.fromisoformat(play["started_at"])
            sibling.days.setdefault(key, day_of(sibling.child, begun))

    @rule(n=WHICH_CHILD, zone=st.sampled_from(ZONES), hour=st.integers(0, 12))
    def the_family_moves(self, n: int, zone: str, hour: int) -> None:
        """What was received before keeps its day."""
        facts = self.facts[n]
        form = {"time_zone": zone, "day_start_hour": hour}
        facts.child = self._call("PATCH", facts, "", form)

    # What must hold

    @invariant()
    def everything_shown_is_what_happened(self) -> None:
        for facts in self.facts:
            by_hand = facts.by_hand(self.around.catalogue, self._now())
            self._check(facts.child, by_hand)

    def _check(self, child: Answer, by_hand: ByHand) -> None:
        today = by_hand.today
        first, last = today - LOOK_BACK, today + timedelta(days=1)
        span = f"?from={first}&to={last}"
        shown = self._get(child, "/today")
        assert shown["day"] == today.isoformat()
        assert shown["status"] == by_hand.status(today)
        assert [
            (
                item["motion"],
                item["hand"],
                item["target_repetitions"],
                item["target_minutes"],
                item["reached"],
            )
            for item in shown["items"]
        ] == [
            (*item, progress >= 1)
            for item, progress in zip(by_hand.items(today), by_hand.progress(today), strict=True)
        ]
        assert self._get(child, f"/daily-logs{span}")["days"] == by_hand.daily_logs(first, last)
        assert self._get(child, f"/attendance{span}") == by_hand.attendance(first, last)
        assert self._get(child, "/report") == by_hand.report()
        ahead = today + timedelta(days=20)
        schedule = self._get(child, f"/schedule?from={first}&to={ahead}")
        for planned in schedule["days"]:
            asked = asked_for(by_hand.plans, date.fromisoformat(planned["day"]))
            assert planned["hand"] == (asked and asked["hand"])
        month = today.replace(day=1)
        end = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        assert without_words(self._get(child, "/calendar")) == by_hand.calendar(month, end)

    # How it is done

    def _past(self, facts: ChildsFacts) -> list[Answer]:
        """The days before today as the calendar shows them."""
        today = day_of(facts.child, self._now())
        months = {f"{today - timedelta(days=days):%Y-%m}" for days in (0, 20, 40)}
        return [
            day
            for month in sorted(months)
            for day in self._get(facts.child, f"/calendar?month={month}")["days"]
            if date.fromisoformat(day["day"]) < today
        ]

    def _play(self, data: st.DataObject) -> Play:
        self.number += 1
        repetitions = data.draw(st.integers(1, 30))
        started = self._now() - timedelta(minutes=data.draw(MINUTES_AGO))
        zone = ZoneInfo(data.draw(st.sampled_from(ZONES)))
        motion = data.draw(st.sampled_from(MOTIONS))
        return {
            "id": str(UUID(int=self.number)),
            "session_id": str(UUID(int=data.draw(st.integers(1, 4)))),
            "motion": motion,
            "hand": (
                "both"
                if self.around.catalogue[motion]
                else data.draw(st.sampled_from(("left", "right")))
            ),
            "started_at": started.astimezone(zone).isoformat(),
            "duration_ms": data.draw(st.integers(30_000, 300_000)),
            "repetitions": repetitions,
            "successes": data.draw(st.integers(0, repetitions)),
            "accuracy": data.draw(st.none() | st.sampled_from((0.0, 0.3333, 1.0))),
            "score": data.draw(st.none() | st.integers(0, 1000)),
        }

    def _now(self) -> datetime:
        return self.around.clock.now()

    def _sign_in(self) -> None:
        """Anew: access tokens live for minutes."""
        form = {"email": self.guardian.email, "password": PASSWORD}
        answer = self.around.run(self.guardian.http.post("/v1/auth/sign-in", json=form))
        assert answer.status_code == 200, answer.text
        self.guardian.tokens = answer.json()

    def _get(self, child: Answer, path: str) -> Any:
        return self.around.run(self.guardian.get(f"/children/{child['id']}{path}"))

    def _call(
        self,
        method: str,
        facts: ChildsFacts,
        path: str,
        form: Answer | None = None,
        by: str = "guardian",
    ) -> Any:
        caller = self.guardian if by == "guardian" else self.staff[by]
        answer = self.around.run(
            caller.call(method, f"/children/{facts.child['id']}{path}", json=form)
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def _correct(
        self,
        data: st.DataObject,
        facts: ChildsFacts,
        kind: str,
        among: Mapping[str, Play],
        **fields: str,
    ) -> list[str]:
        keys = st.lists(st.sampled_from(sorted(among)), min_size=1, max_size=3, unique=True)
        chosen = data.draw(keys)
        form = {"kind": kind, "plays": chosen, "reason": "관찰 기록과 달라요.", **fields}
        self._call("POST", facts, "/corrections", form, by="clinician")
        return chosen

    def _treats(self, first: Answer, second: Answer, role: Role) -> Staff:
        """A member of staff who treats both children."""
        around = self.around
        found = around.run(care_member(around.system, around.http, around.settings, first, role))
        admin = staff(around.http, around.settings, Role.ADMIN)
        path = f"/staff/children/{second['id']}/care-team/{found.id}"
        answer = around.run(admin.call("PUT", path))
        assert answer.is_success, answer.text
        return found
