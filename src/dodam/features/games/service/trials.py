"""Trying a definition out on a sample: nothing is kept."""

from dodam.features.games.errors import definitions as errors
from dodam.features.games.models.definitions import Definition
from dodam.features.games.models.earning import earned
from dodam.features.games.models.results import errors_in
from dodam.features.games.models.tallies import Counted, added, nothing_yet, standing
from dodam.features.games.models.trials import EarnedReward, Finding, Sample, Trial
from dodam.features.games.store import drafts as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading
from dodam.platform.i18n import Language
from dodam.platform.ids import new_id
from dodam.platform.json_schema.schemas import JsonSchema


class GameTrials:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def try_out(self, db: Reading, game_id: str, sample: Sample, language: Language) -> Trial:
        """Raises GameVersionNotFound; NothingDrafted where the draft is meant and there is none."""
        definition = await self._definition(db, game_id, sample.version)
        wrong = errors_in(sample.result, JsonSchema(definition.result_schema))
        if sample.settings is not None:
            wrong += JsonSchema(definition.settings_schema).errors(sample.settings, "settings")
        if wrong:
            found = [Finding(each.field, each.code, each.text.read(language)) for each in wrong]
            return Trial(sample.version, found, {}, [])
        result = Counted(new_id(), self._clock.now(), sample.result)
        tally = added(nothing_yet(game_id, 1), definition.aggregates, [result])
        return Trial(
            sample.version,
            [],
            standing(tally, definition.aggregates).aggregates,
            [
                EarnedReward(each.name, each.tickets)
                for each in earned(definition.rewards, sample.result)
            ],
        )

    async def _definition(self, db: Reading, game_id: str, version: int | None) -> Definition:
        if version is None:
            draft = await store.DRAFT_OF.first(db, of_game=game_id)
            if draft is None:
                raise errors.NothingDrafted
            return draft.definition
        found = await store.VERSION_OF.first(db, of_game=game_id, of_version=version)
        if found is None:
            raise errors.GameVersionNotFound
        return found.definition
