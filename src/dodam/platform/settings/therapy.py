"""What an operator may choose of children, days, plans and tickets."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from dodam.platform.settings.types import TicketCount


class TherapySettings(BaseSettings):
    children_per_guardian: Annotated[int, Field(ge=1, le=100)] = Field(
        default=10, description="Children one guardian may register."
    )
    child_removal_grace_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=30, description="Days a removed child can be restored; then it is erased."
    )
    day_start_hour: Annotated[int, Field(ge=0, le=12)] = Field(
        default=4,
        description="Local hour at which a therapy day begins, unless the child has its own.",
    )
    daily_result_hour: Annotated[int, Field(ge=13, le=20)] = Field(
        default=20,
        description="Local hour from which a child's day is summed up and told of, once.",
    )
    default_plan_weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(
        default=[1, 2, 3, 4, 5], description="ISO weekdays a default plan trains on."
    )
    default_plan_motions: Annotated[int, Field(ge=1, le=20)] = Field(
        default=5, description="Motions a day in a default plan."
    )
    default_plan_affected_share: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.8, description="Share of days on which a default plan trains the affected hand."
    )
    tickets_for_day: TicketCount = Field(
        default=1, description="Therapy tickets for a day that was played on."
    )
    tickets_for_goal: TicketCount = Field(
        default=1, description="Therapy tickets for a day whose plan is done."
    )
    tickets_for_streaks: dict[Annotated[int, Field(ge=1)], TicketCount] = Field(
        default={3: 1, 7: 2, 14: 3, 30: 5, 50: 7, 100: 10},
        description="Therapy tickets for streaks by their days, as a JSON object;"
        " a streak between two of them gets those of the shorter one.",
    )
