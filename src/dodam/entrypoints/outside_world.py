"""Settings that reach the simulated world outside, for services that nobody set up."""

from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import msgspec

from dodam.features.messaging.service.templates import ALIMTALK_TEMPLATES
from dodam.platform.settings import Settings
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
    return values
