"""Every setting of the product, typed; read from the environment (`DODAM_…`) in one place."""

import json
from typing import Self

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dodam.platform.settings.accounts import AccountSettings
from dodam.platform.settings.observing import ObservingSettings
from dodam.platform.settings.outside import OutsideSettings
from dodam.platform.settings.serving import ServingSettings
from dodam.platform.settings.stores import StoreSettings
from dodam.platform.settings.therapy import TherapySettings

# Part of an access to an outside service is of no use, and most likely a slip.
_ACCESSES = (
    ("smtp_user", "smtp_password"),
    ("apple_client_ids", "apple_team_id", "apple_key_id", "apple_private_key_file"),
    (
        "ncp_sens_service_id",
        "ncp_sens_access_key",
        "ncp_sens_secret_key",
        "ncp_sens_sender",
    ),
    ("ncp_sens_alimtalk_service_id", "ncp_sens_alimtalk_channel_id"),
    (
        "twilio_verify_account_sid",
        "twilio_verify_auth_token",
        "twilio_verify_service_sid",
    ),
    (
        "mixpanel_project_id",
        "mixpanel_project_token",
        "mixpanel_account",
        "mixpanel_secret",
        "mixpanel_deletion_token",
    ),
    ("notion_token", "notion_database_id", "notion_reports_page_id"),
    ("s3_bucket", "s3_region"),
    ("log_bucket", "log_bucket_region"),
    (
        "app_store_bundle_id",
        "app_store_app_id",
        "app_store_issuer_id",
        "app_store_key_id",
        "app_store_private_key_file",
        "app_store_root_certificates",
    ),
    ("play_package_name", "play_service_account_file"),
    ("play_push_audience", "play_push_email"),
    ("s3_access_key", "s3_secret_key"),
)


class Settings(
    ObservingSettings,
    TherapySettings,
    OutsideSettings,
    StoreSettings,
    AccountSettings,
    ServingSettings,
    BaseSettings,
):
    """What an operator may choose. Each field is the environment variable `DODAM_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="DODAM_", frozen=True, extra="ignore")

    @property
    def own_url(self) -> str:
        """Where this process serves, without a proxy in front."""
        return f"http://{self.host}:{self.port}"

    @model_validator(mode="after")
    def _accesses_are_whole(self) -> Self:
        for names in _ACCESSES:
            if len({bool(getattr(self, name)) for name in names}) > 1:
                wanted = ", ".join(f"DODAM_{name.upper()}" for name in names)
                raise ValueError(f"Set all of {wanted}, or none of them.")
        if not (self.s3_bucket or self.log_bucket) and (self.s3_endpoint or self.s3_access_key):
            raise ValueError("An access to S3 needs DODAM_S3_BUCKET or DODAM_LOG_BUCKET.")
        if self.log_bucket and not self.log_files:
            raise ValueError("DODAM_LOG_BUCKET needs DODAM_LOG_FILES: lines wait there for it.")
        if self.ncp_sens_alimtalk_service_id and self.ncp_sens_secret_key is None:
            raise ValueError("Alimtalk needs DODAM_NCP_SENS_SECRET_KEY and what belongs to it.")
        return self


def describe_settings() -> str:
    """Every setting as a Markdown table."""
    rows = [
        f"| `DODAM_{name.upper()}` | {_shown(field.default)} | {field.description} |\n"
        for name, field in Settings.model_fields.items()
    ]
    return "".join(["| variable | default | what it is |\n| --- | --- | --- |\n", *rows])


def _shown(default: object) -> str:
    if isinstance(default, list | dict):
        return f"`{json.dumps(default)}`"
    return "" if default is None else f"`{default}`"
