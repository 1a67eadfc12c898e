"""The state machine as it stands in docs/payments.md, drawn from the tables."""

from collections.abc import Iterator

from dodam.features.billing.models.states import ENTITLING, MOVES, STATE_OF, Fact, Move, State

# Those of a subscription that goes on, drawn as one.
_LIVE = (
    State.TRIAL,
    State.ACTIVE,
    State.CANCELLED,
    State.GRACE,
    State.BILLING_RETRY,
    State.PAUSED,
)


def describe_states() -> str:
    """A diagram and a table, in Markdown."""
    return "\n".join([*_diagram(), "", *_table(), ""])


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield "  state live {"
    yield from (f"    {line}" for line in _edges(_LIVE, _LIVE))
    yield "  }"
    yield from (f"  [*] --> {state}" for state in (State.PENDING, State.TRIAL, State.ACTIVE))
    others = tuple(state for state in State if state not in _LIVE)
    for state in others:
        if any(_expected(each, state) for each in _LIVE):
            yield f"  live --> {state}"
        if any(_expected(state, each) for each in _LIVE):
            yield f"  {state} --> live"
    yield from (f"  {line}" for line in _edges(others, others))
    yield "```"


def _edges(before: tuple[State, ...], after: tuple[State, ...]) -> Iterator[str]:
    for one in before:
        for other in after:
            if one is not other and _expected(one, other):
                yield f"{one} --> {other}"


def _expected(before: State, after: State) -> bool:
    return any(MOVES[fact][before].expected for fact in Fact if STATE_OF[fact] is after)


def _table() -> Iterator[str]:
    yield f"| fact | state | entitles | {' | '.join(['new', *State])} |"
    yield f"|{' --- |' * (len(State) + 4)}"
    for fact, row in MOVES.items():
        cells = [_cell(state, fact, move) for state, move in row.items()]
        entitles = "yes" if fact in ENTITLING else "no"
        yield f"| `{fact}` | `{STATE_OF[fact]}` | {entitles} | {' | '.join(cells)} |"


def _cell(before: State | None, fact: Fact, move: Move) -> str:
    if before is STATE_OF[fact]:
        return "="
    return " ".join([*([] if move.expected else ["never"]), *move.news]) or "-"
