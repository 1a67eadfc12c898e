"""A second version is published, while an old tablet goes on with the first."""

from dodam_sim.callers.family import move_in
from dodam_sim.callers.staff import publish
from dodam_sim.newcomer.game import second_version
from dodam_sim.newcomer.playing import compare, granted
from dodam_sim.newcomer.scene import Scene
from dodam_sim.newcomer.tablet import Tablet


async def old_and_new_live_together(scene: Scene, earlier: Tablet) -> None:
    """`earlier` is a tablet whose child has played the first version only."""
    story = scene.story
    story.chapter("A second version, beside the first")
    first = await scene.definition(1)
    second = second_version(first)
    version = await publish(scene.newcomer, scene.game, second)
    story.same("The second version is published", 2, version)
    await compare(scene, earlier, second, "Old results add up by the new version too")
    family = await move_in(scene.api, 1)
    [child] = family.children
    await family.plan(child, repetitions=1)
    await family.train(child, repetitions=1)
    tablet = Tablet(family, child, await family.tablet(), scene.game, scene.chance)
    plays = [await granted(tablet) for _ in range(4)]
    records = [
        tablet.play((first, second)[number - 1]["result_schema"], number, play_id, minutes_ago=ago)
        for number, play_id, ago in zip((1, 2, 1, 2), plays, (5, 20, 10, 15), strict=True)
    ]
    receipt = await tablet.upload(records)
    story.same("An old tablet sends version 1, a new one version 2", 4, receipt["created"])
    mistaken = tablet.play(first["result_schema"], 2, None)
    receipt = await tablet.upload([mistaken])
    story.same(
        "A result must keep to the version that it names", "rejected", receipt["records"][0]["fate"]
    )
    tablet.counts(*records)
    await compare(scene, tablet, second, "Both versions' results add up together")
    kept = await scene.definition(1)
    story.same("The first version is what it was", first, kept)
