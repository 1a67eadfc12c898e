"""Discord, as far as webhooks: `Discord` is the service, `Webhook` one address in it."""

from dodam_sim.world.discord.service import Discord, Posted, Webhook

__all__ = ["Discord", "Posted", "Webhook"]
