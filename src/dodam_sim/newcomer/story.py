"""The whole story, chapter by chapter."""

import secrets
from random import SystemRandom

from dodam_sim.callers.api import Api
from dodam_sim.callers.staff import join
from dodam_sim.newcomer.authoring import a_game_is_written
from dodam_sim.newcomer.playing import a_child_finds_it, it_is_opened, results_come_as_they_do
from dodam_sim.newcomer.saving import two_tablets_save
from dodam_sim.newcomer.scene import Scene
from dodam_sim.newcomer.settings import settings_change_live
from dodam_sim.newcomer.telling import Story
from dodam_sim.newcomer.versions import old_and_new_live_together


async def tell(api: Api, invitation: str, story: Story) -> None:
    """Let it happen, and be told by `story`. Raises NoAnswerError, UnexpectedStatusError."""
    newcomer = await join(api, invitation)
    game = f"stars_{secrets.token_hex(4)}"
    scene = Scene(story, api, newcomer, game, SystemRandom())
    await a_game_is_written(scene)
    tablet = await a_child_finds_it(scene)
    plays = await it_is_opened(scene, tablet)
    await results_come_as_they_do(scene, tablet, plays)
    await two_tablets_save(scene, tablet)
    await old_and_new_live_together(scene, tablet)
    await settings_change_live(scene)
