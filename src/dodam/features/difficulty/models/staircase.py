"""The staircase: the level at which a child succeeds about three times in four.

Practice teaches most where it is neither easy nor hopeless (the challenge point of Guadagnoli & Lee
2004, J Mot Behav 36:212-224). 75 % lies between 70.7 %, which the commonest staircase settles at
(Levitt 1971, J Acoust Soc Am 49:467-477), and 85 %, the best rate of a learner that is corrected
(Wilson et al. 2019, Nat Commun 10:4646); for children it is our choice, not a finding.

A play tells how many repetitions succeeded, not which, so rules such as "two successes up, one
failure down" cannot be followed. A success therefore weighs 1 and a failure -3, which balance at
75 % (the weighted up-down rule of Kaernbach 1991, Percept Psychophys 49:227-229) and can be added
up in any order. The level is judged by the sequential test of PEST (Taylor & Creelman 1967, J
Acoust Soc Am 41:782-787): it moves once the weights since the last move reach a bound, and by one
level only.

All is worked out anew from the sums of each therapy day: a play that comes late, or is voided
later, gives the answer it would have given in time.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from operator import attrgetter

from msgspec.structs import replace

from dodam.features.children.models.children import AffectedHand
from dodam.features.children.models.classifications import Level
from dodam.features.content.models.motions import TherapyHand
from dodam.features.difficulty.models.levels import HIGHEST, LOWEST, Cause, Standing
from dodam.features.therapy.models.play_facts import DayFacts

FAILURE_WEIGHT = 3
# At 90 % of success, or at 60 %, 27 repetitions until the first turn, and then 54.
SEEKING_BOUND = 16
SETTLED_BOUND = 32
# A rule of the house: a child that comes back begins gently.
BREAK = timedelta(days=14)

# Rules of the house: low enough for a success at once, and a few days' steps from the right one.
_OTHER_HAND = 3
_UNKNOWN = 2
_BY_MANUAL_ABILITY = {Level.I: 4, Level.II: 3, Level.III: 2, Level.IV: 1, Level.V: 1}


def start_level(hand: TherapyHand, affected: AffectedHand, ability: Level | None) -> int:
    """Where a staircase begins, by the child's MACS or Mini-MACS level.

    Those classify both hands together, so they say nothing of a hand that is not affected.
    """
    if TherapyHand.BOTH not in {hand, affected} and hand != affected:
        return _OTHER_HAND
    return _UNKNOWN if ability is None else _BY_MANUAL_ABILITY[ability]


def staircase(
    facts: Iterable[DayFacts], start: int, returns: Sequence[date], today: date
) -> Standing:
    """Where the staircase of one motion and hand stands on a day.

    `facts` are in order of days, and `returns` are those of `returns_from_breaks`. A day moves the
    level by one at most: up only when it is over, so that no level rises under a child that plays
    it; down at once, which the rest of the day may take back.
    """
    standing = Standing(start, Cause.START)
    # What has not begun has nothing to lose in a break.
    last = date.max
    for day, plays in groupby(facts, key=attrgetter("therapy_day")):
        standing = _rested(standing, [back for back in returns if last < back <= day])
        standing = _played(standing, plays, day, is_over=day < today)
        last = day
    return _rested(standing, [back for back in returns if last < back <= today])


def returns_from_breaks(played: Iterable[date], today: date) -> list[date]:
    """The days on which a child was back from a break, whatever it played before and after.

    The last of them is today for a child that is still away.
    """
    days = sorted({*played, today})
    return [back for last, back in pairwise(days) if back - last >= BREAK]


def _rested(standing: Standing, returns: Iterable[date]) -> Standing:
    """One level down for each break."""
    for back in returns:
        level = max(standing.level - 1, LOWEST)
        standing = Standing(level, Cause.AFTER_BREAK, since=back)
    return standing


def _played(standing: Standing, plays: Iterable[DayFacts], day: date, *, is_over: bool) -> Standing:
    """Where a day's plays leave the level."""
    level = standing.level
    weights = [(play, weight) for play in plays if (weight := _weight(play, level)) is not None]
    if not weights:
        return standing
    earlier = standing if standing.cause is Cause.KEPT else Standing(level, Cause.KEPT)
    repetitions = earlier.repetitions + sum(play.repetitions for play, _ in weights)
    successes = earlier.successes + sum(play.successes for play, _ in weights)
    evidence = standing.evidence + sum(weight for _, weight in weights)
    bound = SETTLED_BOUND if standing.settled else SEEKING_BOUND
    step = _step(level, evidence, bound, is_over=is_over)
    if step:
        return Standing(
            level=level + step,
            cause=Cause.RAISED if step > 0 else Cause.LOWERED,
            since=day,
            repetitions=repetitions,
            successes=successes,
            last_step=step,
            settled=standing.settled or step == -standing.last_step,
        )
    return replace(
        standing,
        cause=Cause.KEPT,
        since=standing.since or day,
        repetitions=repetitions,
        successes=successes,
        # At either end it begins anew, so that the way back is no longer than elsewhere.
        evidence=evidence if abs(evidence) < bound else 0,
    )


def _step(level: int, evidence: int, bound: int, *, is_over: bool) -> int:
    if evidence >= bound and level < HIGHEST and is_over:
        return 1
    return -1 if evidence <= -bound and level > LOWEST else 0


def _weight(play: DayFacts, level: int) -> int | None:
    """What plays say about a level; null where nothing.

    Those at another level count where they say something about this one: success at a harder one
    (whose failures are not held against it), or failure at an easier one (whose successes are not
    counted for it). Where no level was named it was the one that was asked for.
    """
    failures = play.repetitions - play.successes
    weight = play.successes - FAILURE_WEIGHT * failures
    if play.difficulty is None or play.difficulty == level:
        return weight
    if play.difficulty > level:
        return play.successes if weight >= 0 else None
    return -FAILURE_WEIGHT * failures if weight < 0 else None
