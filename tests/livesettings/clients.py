"""Rules and clients of every kind, for tests that hold for all of them."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from dodam.features.accounts.models.attributes import DeviceProfile
from dodam.features.accounts.models.devices import Platform
from dodam.features.livesettings.models.app_versions import precedence
from dodam.features.livesettings.models.clients import Client
from dodam.features.livesettings.models.conditions import AppVersions, WantedAttribute, When
from dodam.features.livesettings.models.contents import SettingsRule
from dodam.features.livesettings.models.rollouts import Rollout

# However busy the machine is.
many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Few of each, so that rules and clients often meet.
_VERSIONS = ["1", "1.2", "1.2.0", "1.2.1-beta", "1.2.1", "1.9", "1.10", "1.10.0-rc.1", "2.0.0"]
_VALUES: list[Any] = [True, 1, 1.0, "low", None, {"trial": "A"}, {"trial": "A", "participant": "7"}]
_KEYS = ["tester", "trial_participant", "device_profile"]

platforms = st.sampled_from([Platform.IOS, Platform.ANDROID, Platform.WEB])
profiles = st.sampled_from(DeviceProfile)


@st.composite
def _ranges(draw: st.DrawFn) -> AppVersions:
    one, other = draw(st.lists(st.none() | st.sampled_from(_VERSIONS), min_size=2, max_size=2))
    if one is None and other is None:
        one = "1.2"
    if one is not None and other is not None:
        if precedence(one) == precedence(other):
            return AppVersions(from_=one)
        one, other = sorted((one, other), key=precedence)
    return AppVersions(from_=one, below=other)


_wanted = st.builds(
    WantedAttribute, key=st.sampled_from(_KEYS), value=st.sampled_from(_VALUES)
) | st.builds(WantedAttribute, key=st.sampled_from(_KEYS))
_rollouts = st.builds(
    Rollout,
    percent=st.integers(0, 10_000).map(lambda hundredths: hundredths / 100),
    salt=st.none() | st.sampled_from(["spring", "autumn"]),
)
whens = st.builds(
    When,
    platforms=st.none() | st.lists(platforms, min_size=1, max_size=2),
    app_versions=st.none() | _ranges(),
    device_profiles=st.none() | st.lists(profiles, min_size=1, max_size=2),
    attributes=st.none() | st.lists(_wanted, min_size=1, max_size=3),
    rollout=st.none() | _rollouts,
)
clients = st.builds(
    Client,
    child_id=st.none() | st.uuids(),
    attributes=st.dictionaries(
        st.sampled_from(_KEYS), st.lists(st.sampled_from(_VALUES), max_size=2)
    ),
    platform=st.none() | platforms,
    app_version=st.none() | st.sampled_from([*_VERSIONS, "dev", "1.2.1+7"]),
    device_profile=st.none() | profiles,
)


@st.composite
def rules(draw: st.DrawFn) -> list[SettingsRule]:
    return [
        SettingsRule(f"rule-{place}", when, {"place": place})
        for place, when in enumerate(draw(st.lists(whens, max_size=12)))
    ]
