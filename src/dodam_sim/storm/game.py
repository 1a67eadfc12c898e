"""The game that the storm is at: few plays a day, each for a ticket, some of which come back."""

from typing import Any

PLAYS_A_DAY = 40
REWARDED_SCORE = 50
REWARDS_A_DAY = 5

DEFINITION: dict[str, Any] = {
    "name": {"en": "Storm", "ko": "폭풍"},
    "description": {"en": "Holds what it promises.", "ko": "약속을 지키는 게임이에요."},
    "result_schema": {
        "type": "object",
        "required": ["score"],
        "properties": {"score": {"type": "integer", "minimum": 0, "maximum": 100}},
    },
    "settings_schema": {"type": "object"},
    "settings": {},
    "aggregates": [
        {"name": "plays", "kind": "count"},
        {"name": "score", "kind": "sum", "of": "/score"},
        {"name": "best", "kind": "best", "of": "/score"},
        {"name": "last", "kind": "last", "of": "/score"},
        {"name": "first_five", "kind": "leaders", "of": "/score"},
    ],
    "limits": {"plays_a_day": PLAYS_A_DAY},
    "unlock": {"kind": "ticket"},
    "rewards": [
        {
            "name": "well_done",
            "tickets": 1,
            "most_a_day": REWARDS_A_DAY,
            "when": {"of": "/score", "at_least": REWARDED_SCORE},
        }
    ],
}
