"""Mixpanel, as far as a server writes to it: events, profiles, deletions."""

from dodam_sim.world.mixpanel.deletions import Deletion
from dodam_sim.world.mixpanel.events import Event
from dodam_sim.world.mixpanel.rate import Rate
from dodam_sim.world.mixpanel.service import Mixpanel, MixpanelAccount

__all__ = ["Deletion", "Event", "Mixpanel", "MixpanelAccount", "Rate"]
