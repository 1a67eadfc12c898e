"""Puts rewards together."""

from dodam.features.children.service.children import Children
from dodam.features.rewards.handlers import Reactions
from dodam.features.rewards.models import TicketRules
from dodam.features.rewards.routes import TicketGrantsController, TicketsController
from dodam.features.rewards.service.child_records import ChildRecords
from dodam.features.rewards.service.earning import Earning
from dodam.features.rewards.service.grants import TicketGrants
from dodam.features.rewards.service.tickets import Tickets
from dodam.features.therapy.events import DayAttended, StreakReached, TherapyGoalReached
from dodam.platform.assembly import Assembly


def wire(assembly: Assembly, children: Children, rules: TicketRules) -> Tickets:
    tickets = Tickets(assembly.clock)
    children.follow(ChildRecords())
    assembly.services |= {"ticket_ledgers": tickets, "ticket_grants": TicketGrants(tickets)}
    assembly.routes += [TicketGrantsController, TicketsController]
    reactions = Reactions(Earning(children, tickets, rules))
    subscribe = assembly.outbox.subscribe
    subscribe(DayAttended, "rewards.day_attended", reactions.day_attended)
    subscribe(TherapyGoalReached, "rewards.goal_reached", reactions.goal_reached)
    subscribe(StreakReached, "rewards.streak_reached", reactions.streak_reached)
    return tickets
