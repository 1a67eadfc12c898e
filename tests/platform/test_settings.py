"""Settings are typed, and the page that lists them is what the code says."""

from pathlib import Path

from dodam.platform.settings import describe_settings

ROOT = Path(__file__).parents[2]


def test_the_page_of_settings_is_up_to_date() -> None:
    """Renew it with `dodam settings`."""
    assert (ROOT / "docs" / "settings.md").read_text().endswith(describe_settings())
