"""Settings that reach the simulated world outside, for services that nobody set up."""

from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import msgspec

from dodam.features.messaging.service.templates import ALIMTALK_TEMPLATES
from dodam.platform.settings import Settings
from dodam_sim.stores.apple.server_api import SANDBOX_PATH
from dodam_sim.stores.keys import write_keys
from dodam_sim.world.discord.service import Webhook
from dodam_sim.world.sens.account import Template, as_templates
from dodam_sim.world.world import World


def approved_templates() -> dict[str, Template]:
    """Our Alimtalks, as KakaoTalk would have approved them."""
    texts = files("dodam.features.messaging").joinpath(ALIMTALK_TEMPLATES).read_bytes()
    return as_templates(msgspec.json.decode(texts))


def reaching(world: World, settings: Settings) -> dict[str, Any]:
    """Values, by field, of the settings of each service that is not set up."""
    values: dict[str, Any] = {}
    if settings.smtp_host is None:
        mail = urlsplit(world.urls["smtp"])
        values |= {"smtp_host": mail.hostname, "smtp_port": mail.port, "smtp_security": "none"}
    if settings.ncp_sens_secret_key is None:
        sens = world.sens.account
        values |= {
            "ncp_sens_base_url": world.urls["sens"],
            "ncp_sens_service_id": sens.service_id,
            "ncp_sens_access_key": sens.access_key,
            "ncp_sens_secret_key": sens.secret_key,
            "ncp_sens_sender": min(sens.senders),
            "ncp_sens_alimtalk_service_id": sens.talk_service_id,
            "ncp_sens_alimtalk_channel_id": min(sens.channels),
        }
    if settings.twilio_verify_auth_token is None:
        twilio = world.twilio.account
        values |= {
            "twilio_verify_base_url": world.urls["twilio"],
            "twilio_verify_account_sid": twilio.account_sid,
            "twilio_verify_auth_token": twilio.auth_token,
            "twilio_verify_service_sid": twilio.service_sid,
        }
    if settings.discord_webhook_url is None:
        values["discord_webhook_url"] = f"{world.urls['discord']}/api{Webhook().path}"
    if settings.mixpanel_secret is None:
        mixpanel = world.mixpanel.account
        values |= {
            "mixpanel_base_url": world.urls["mixpanel"],
            "mixpanel_app_url": world.urls["mixpanel"],
            "mixpanel_project_id": mixpanel.project_id,
            "mixpanel_project_token": mixpanel.project_token,
            "mixpanel_account": mixpanel.username,
            "mixpanel_secret": mixpanel.secret,
            "mixpanel_deletion_token": mixpanel.oauth_token,
        }
    if settings.notion_token is None:
        notion = world.notion.account
        values |= {
            "notion_base_url": world.urls["notion"],
            "notion_token": notion.token,
            "notion_database_id": notion.databases[0].id,
            "notion_reports_page_id": notion.root_page_id,
        }
    return values | _reaching_stores(world, settings)


def _reaching_stores(world: World, settings: Settings) -> dict[str, Any]:
    """Nobody is asked if the simulated certificates were revoked: they name nobody to ask."""
    values: dict[str, Any] = {}
    files = write_keys(world.shop, world.urls, settings.data_dir / "stores")
    if settings.app_store_private_key_file is None:
        apple, url = world.shop.app_store, world.urls["app-store"]
        values |= {
            "app_store_bundle_id": apple.store.app.bundle_id,
            "app_store_app_id": apple.store.app.apple_id,
            "app_store_issuer_id": apple.key.issuer_id,
            "app_store_key_id": apple.key.key_id,
            "app_store_private_key_file": files.app_store_key,
            "app_store_root_certificates": [files.apple_root],
            "app_store_online_checks": False,
            "app_store_url": url,
            "app_store_sandbox_url": f"{url}{SANDBOX_PATH}",
        }
    if settings.play_service_account_file is None and not settings.google_client_ids:
        google, url = world.shop.play, world.urls["play"]
        values |= {
            "play_package_name": google.play.life.package_name,
            "play_service_account_file": files.service_account,
            "play_url": url,
            "play_push_audience": google.pubsub.audience,
            "play_push_email": google.pubsub.push_email,
            # Also where Google's keys of signing in are: so only where nobody signs in with Google.
            "google_keys_url": f"{url}/oauth2/v3/certs",
            "pubsub_url": url,
        }
    return values
