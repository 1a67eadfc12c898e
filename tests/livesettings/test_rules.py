"""G06: which rule fits a client, and that finding it fast finds the same."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.accounts.models.attributes import DeviceProfile
from dodam.features.accounts.models.devices import Platform
from dodam.features.livesettings.models.clients import Client, Facts
from dodam.features.livesettings.models.conditions import (
    AppVersions,
    Miss,
    WantedAttribute,
    When,
    holds,
)
from dodam.features.livesettings.models.contents import SettingsRule, salt
from dodam.features.livesettings.models.index import Index
from dodam.features.livesettings.models.rollouts import Rollout

from .clients import clients, many, rules, whens

NAMESPACE = "difficulty"


def _rule_by_rule(of: list[SettingsRule], client: Client) -> int | None:
    facts = Facts(client)
    for place, rule in enumerate(of):
        if not rule.when.misses(facts, salt(NAMESPACE, rule)):
            return place
    return None


@many
@given(rules(), clients)
def test_G06_the_index_finds_the_first_rule_that_fits(
    of: list[SettingsRule], client: Client
) -> None:
    assert Index(NAMESPACE, of).first(Facts(client)) == _rule_by_rule(of, client)


@many
@given(rules(), st.lists(clients, min_size=2, max_size=6))
def test_G06_one_client_changes_nothing_for_the_next(
    of: list[SettingsRule], several: list[Client]
) -> None:
    index = Index(NAMESPACE, of)
    before = [index.first(Facts(each)) for each in several]
    assert [index.first(Facts(each)) for each in reversed(several)] == before[::-1]


@many
@given(whens)
def test_G06_of_a_client_of_whom_nothing_is_known_only_rules_for_everybody_fit(when: When) -> None:
    nobody = Facts(Client())
    asks = when.platforms or when.app_versions or when.device_profiles or when.attributes
    in_rollout = when.rollout is None or when.rollout.percent == 100
    assert (not when.misses(nobody, "salt")) == (not asks and in_rollout)


@pytest.mark.parametrize(
    ("when", "known", "misses"),
    [
        (When(platforms=[Platform.IOS]), {"platform": Platform.IOS}, []),
        (When(platforms=[Platform.IOS]), {"platform": Platform.WEB}, [Miss.PLATFORMS]),
        (When(platforms=[Platform.IOS]), {}, [Miss.PLATFORMS]),
        (When(app_versions=AppVersions("1.9", "2")), {"app_version": "1.10.0"}, []),
        (When(app_versions=AppVersions("1.10")), {"app_version": "1.10.0"}, []),
        (When(app_versions=AppVersions("1.10")), {"app_version": "1.9"}, [Miss.APP_VERSIONS]),
        (
            When(app_versions=AppVersions("1.10")),
            {"app_version": "1.10.0-beta"},
            [Miss.APP_VERSIONS],
        ),
        (When(app_versions=AppVersions(below="2")), {"app_version": "2.0.0-rc.1"}, []),
        (When(app_versions=AppVersions(below="2")), {"app_version": "2.0"}, [Miss.APP_VERSIONS]),
        (When(app_versions=AppVersions(below="2")), {}, [Miss.APP_VERSIONS]),
        (
            When(device_profiles=[DeviceProfile.LOW]),
            {"device_profile": DeviceProfile.HIGH},
            [Miss.DEVICE_PROFILES],
        ),
        (When(attributes=[WantedAttribute("tester")]), {"attributes": {"tester": [False]}}, []),
        (
            When(attributes=[WantedAttribute("tester")]),
            {"attributes": {"tester": []}},
            ["attributes"],
        ),
        (
            When(attributes=[WantedAttribute("a", 1), WantedAttribute("a", 2)]),
            {"attributes": {"a": [1, 2]}},
            [],
        ),
        (
            When(platforms=[Platform.IOS], rollout=Rollout(0)),
            {"platform": Platform.WEB},
            [Miss.PLATFORMS, Miss.ROLLOUT],
        ),
    ],
)
def test_G06_every_condition_that_is_given_must_hold(
    when: When, known: dict[str, Any], misses: list[Miss]
) -> None:
    client = Client(child_id=uuid4(), **known)
    assert when.misses(Facts(client), "salt") == misses
    fits = Index(NAMESPACE, [SettingsRule("only", when)]).first(Facts(client)) == 0
    assert fits is not bool(misses)


@pytest.mark.parametrize(
    ("value", "wanted", "same"),
    [
        (True, True, True),
        (True, 1, False),
        (0, False, False),
        ("low", "low", True),
        ("low", "LOW", False),
        (None, None, True),
        ({"trial": "A", "participant": "7"}, {"trial": "A"}, True),
        ({"trial": "A"}, {"trial": "A", "participant": "7"}, False),
        ({"trial": "B"}, {"trial": "A"}, False),
        ({"trial": 1}, {"trial": True}, False),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 2, "b": 1}}, True),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, False),
        ({"trial": "A"}, {}, True),
        ("A", {"trial": "A"}, False),
        ([1, 2], [1, 2], True),
        ([1, 2], [1], False),
    ],
)
def test_G06_an_attribute_is_compared_as_json_and_of_objects_the_members_named(
    value: object, wanted: object, *, same: bool
) -> None:
    assert holds(value, wanted) is same


def test_G06_a_thousand_rules_are_told_apart() -> None:
    several = [
        SettingsRule(
            f"rule-{place}",
            When(
                app_versions=AppVersions(f"1.{place}", f"1.{place + 1}"),
                attributes=[WantedAttribute("group", place)],
            ),
        )
        for place in range(1_000)
    ]
    index = Index(NAMESPACE, several)
    for place in range(1_000):
        client = Client(app_version=f"1.{place}.5", attributes={"group": [place]})
        assert index.first(Facts(client)) == place
