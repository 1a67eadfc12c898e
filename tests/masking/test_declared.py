"""L03: of every field that is sent or queued somebody decided whether it is anybody's."""

import json
import re
from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from msgspec import Struct

from dodam.bootstrap import Dodam
from dodam.platform.masking.sensitive import Sensitive
from tests.masking.declared import (
    DECODED_BY_ROUTES,
    bodies,
    facts_and_tasks,
    structs_of,
    undeclared,
)

_REFERENCE = re.compile(r'"#/components/schemas/(\w+)"')
# Words and dates that are neither a person's nor a secret: of the product, its games and settings.
HARMLESS_WORDS = {
    # which version, device, store, country
    *("SignUp.country", "AppleSignInForm.country", "GoogleSignInForm.country"),
    *("NewVerification.country", "NewPlan.rests_on_holidays_of", "NewTemplate.name"),
    *("NewTemplate.rests_on_holidays_of", "NewChild.time_zone", "ChildChanges.time_zone"),
    *("NewDevice.model", "NewDevice.os_version", "NewDevice.app_version", "NewDevice.gpu"),
    *("App.version", "Client.app_version", "AppVersions.from_", "AppVersions.below"),
    *("NewPatchNote.app_version", "ChangedPatchNote.app_version", "Money.currency"),
    *("SubscriptionNews.product_id", "AppleTokenDropped.client_id", "AskResults.request_id"),
    *("StoreMessageUnknown.message_type", "StoreMessageUnknown.message_subtype"),
    # what the product says to everybody
    *("Text.ko", "Text.en", "NoteText.ko", "NoteText.en", "Title.ko", "Title.en", "Body.ko"),
    *("Body.en", "MotionName.ko", "MotionName.en", "MotionText.ko", "MotionText.en"),
    *("MediumForm.title", "Alternative.ko", "Alternative.en"),
    # names that staff give to parts of the product
    *("PlanItem.motion", "PlayRecord.motion", "NewPlay.game", "GameOrder.games"),
    *("GameResultRecord.game", "RecountGame.game", "Aggregate.name", "Aggregate.of"),
    *("Reward.name", "Threshold.of", "SettingsRule.name", "Rollout.salt", "Replay.kind"),
    *("NewAttribute.key", "Attribute.key", "WantedAttribute.key", "BehaviourEvent.name"),
    *("NewPromotion.name", "NewPromotion.campaign", "WriteWeeklyReport.week"),
    # settings and conditions of games
    *("Definition.result_schema", "Definition.settings_schema", "Definition.settings"),
    *("NamespaceForm.schema", "NamespaceForm.defaults", "SettingsDraftForm.value"),
    *("SettingsRule.value", "Attribute.value", "WantedAttribute.value", "Dates.first"),
    "Dates.last",
}
# Choices and flags that may be read in the log: none says anything of a child's health.
HARMLESS_CHOICES = {
    *("SignUp.language", "AppleSignInForm.language", "GoogleSignInForm.language"),
    *("Invitation.language", "NewChild.language", "ChildChanges.language"),
    *("NewVerification.language", "Invitation.roles", "StaffChanges.roles"),
    *("StaffChanges.disabled", "SignOut.everywhere", "Withdraw.confirm"),
    *("Withdraw.despite_subscriptions", "NewApiKey.scopes", "ApiKeyChanges.scopes"),
    *("NewGrant.scopes", "NewConsentDocument.kind", "ChildConsent.given_by"),
    *("NewDevice.platform", "App.platform", "Client.platform", "Client.device_profile"),
    *("When.platforms", "When.device_profiles", "NewPatchNote.platforms"),
    *("ChangedPatchNote.platforms", "MotionForm.labels", "MotionForm.bimanual"),
    *("AskedRule.rule", "NewPlan.source", "PlanFromTemplate.source", "TemplateDay.hand"),
    *("NewCorrection.kind", "SessionEvent.kind", "Aggregate.kind", "Aggregate.order"),
    *("RetirementForm.retired", "NewEndpoint.types", "EndpointChanges.types"),
    *("EndpointChanges.enabled", "ReplayMessages.store", "ReplayMessages.state"),
    *("NotificationChanges.welcome", "NotificationChanges.therapy_goal_reached"),
    *("NotificationChanges.daily_result", "NotificationChanges.subscription_started"),
    *("NotificationChanges.payment_failed", "NotificationChanges.price_increase"),
    "NotificationChanges.subscription_ended",
    # what a game tells of its own screens
    *("GameOpened.start", "ScreenSeen.screen", "ErrorSeen.kind", "PracticeStarted.came_from"),
    *("PracticeEnded.how", "ReminderOpened.channel", "SettingChanged.setting"),
    "TutorialStepSeen.skipped",
    # stores and their subscriptions
    *("AskApple.environment", "AskApple.because", "AskGoogle.environment", "AskGoogle.because"),
    *("ReadHistory.environment", "SubscriptionNews.store", "SubscriptionNews.environment"),
    *("SubscriptionNews.news", "SubscriptionNews.state", "StoreMessageUnknown.store"),
    *("StoreConsentRescinded.store", "DriftFound.store", "DriftFound.before", "DriftFound.after"),
}


def _undecided(structs: Iterable[type]) -> dict[str, set[str]]:
    """What is neither marked nor known to be harmless, and what is known and no longer there."""
    found: dict[str, set[str]] = {"words": set(), "choices": set()}
    for struct in structs:
        for name, kind in undeclared(struct):
            found[kind].add(name)
    return {
        "words": found["words"] ^ HARMLESS_WORDS,
        "choices": found["choices"] ^ HARMLESS_CHOICES,
    }


def _all(system: Dodam) -> set[type]:
    return structs_of(*bodies(system.app), *DECODED_BY_ROUTES, *facts_and_tasks())


def test_L03_every_field_is_marked_as_sensitive_or_known_to_be_harmless(system: Dodam) -> None:
    assert _undecided(_all(system)) == {"words": set(), "choices": set()}


class _New(Struct):
    child_id: UUID
    repetitions: int
    hobby: str
    likes_music: bool
    friends: list[str] | None
    wish: Annotated[str, Sensitive] | None
    anything: Any


def test_L03_a_new_field_is_undecided_until_somebody_decides(system: Dodam) -> None:
    assert _undecided(_all(system) | {_New}) == {
        "words": {"_New.hobby", "_New.friends", "_New.anything"},
        "choices": {"_New.likes_music"},
    }


def test_L03_the_bodies_that_routes_decode_themselves_are_looked_at_too(system: Dodam) -> None:
    paths = system.app.openapi_schema.to_schema()["paths"]
    described = {
        name.rpartition("_")[2]
        for path in paths.values()
        for operation in path.values()
        for name in _REFERENCE.findall(json.dumps(operation.get("requestBody", {})))
    }
    known = {each.__name__ for each in structs_of(*bodies(system.app), *DECODED_BY_ROUTES)}
    # What Google posts is read by its adapter, and holds nothing but a token in base64.
    assert described - known == {"PushedMessage"}
    assert {"PlayRecord", "SignUp"} <= described
