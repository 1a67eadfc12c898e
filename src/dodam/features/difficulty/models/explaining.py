"""What is said of a level, in sentences."""

from dodam.features.difficulty.models.choosing import Choice
from dodam.features.difficulty.models.levels import Because, Cause, Source, Standing
from dodam.platform.i18n import Language, Text

_STAIRCASE = {
    Cause.START: Text(
        en="Nothing has been played yet; by what is known of the hand it begins at level {level}.",
        ko="아직 놀이 기록이 없어, 손 상태에 맞춰 {level}단계에서 시작해요.",
    ),
    Cause.RAISED: Text(
        en="{successes} of {repetitions} repetitions succeeded, so it went up by one level.",
        ko="최근 {repetitions}회 중 {successes}회 성공해서 한 단계 올렸어요.",
    ),
    Cause.LOWERED: Text(
        en="{successes} of {repetitions} repetitions succeeded, so it went down by one level.",
        ko="최근 {repetitions}회 중 {successes}회 성공해서 한 단계 낮췄어요.",
    ),
    Cause.KEPT: Text(
        en="{successes} of {repetitions} repetitions have succeeded at this level; it stays.",
        ko="이 단계에서 {repetitions}회 중 {successes}회 성공해서 그대로 이어 가요.",
    ),
    Cause.AFTER_BREAK: Text(
        en="After two weeks or more without play it begins again more gently.",
        ko="2주 넘게 쉬었기 때문에 조금 쉬운 단계에서 다시 시작해요.",
    ),
}
_FIXED = {
    Source.PRESCRIBED: Text(
        en="The therapy plan sets level {level}.", ko="치료 계획에서 {level}단계로 정했어요."
    ),
    Source.CARE_TEAM: Text(
        en="The care team set level {level}.", ko="치료팀이 {level}단계로 정했어요."
    ),
    Source.PLANNED: Text(
        en="The guardian's plan sets level {level}.",
        ko="보호자의 계획에서 {level}단계로 정했어요.",
    ),
}
_HELD = Text(
    en="The care team set a range of levels; of those, level {level} comes nearest.",
    ko="치료팀이 정한 범위 안에서 가장 가까운 {level}단계로 골랐어요.",
)


def explained(choice: Choice, standing: Standing, language: Language) -> Because:
    """Why a level was chosen; the figures of a step are those of the staircase."""
    if choice.cause is Cause.FIXED:
        text = _FIXED[choice.source]
    elif choice.cause is Cause.HELD_IN_RANGE:
        text = _HELD
    else:
        text = _STAIRCASE[choice.cause]
    message = text.read(language).format(
        level=choice.level, repetitions=standing.repetitions, successes=standing.successes
    )
    return Because(choice.cause, message)
