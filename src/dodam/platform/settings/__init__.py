"""Every setting of the product, typed; read from the environment (`DODAM_…`) in one place."""

import json
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dodam.platform.settings.observing import ObservingSettings
from dodam.platform.settings.types import (
    BaseUrl,
    Mailbox,
    NotionId,
    QuietHours,
    Rate,
    TicketCount,
    WebhookUrl,
)

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


class Settings(ObservingSettings, BaseSettings):
    """What an operator may choose. Each field is the environment variable `DODAM_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="DODAM_", frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(
        default=8000, description="Port of the API."
    )
    data_dir: Path = Field(
        default=Path(".dodam"),
        description="Where embedded mode keeps its database and where signing keys lie.",
    )
    database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL URL; without one, `dodam up` starts its own server."
    )
    database_pool_size: Annotated[int, Field(ge=6, le=200)] = Field(
        default=10,
        description="Connections to PostgreSQL of one process, for requests and background work.",
    )
    job_takeover_seconds: Annotated[int, Field(ge=3, le=600)] = Field(
        default=30,
        description="Seconds without a sign of life from a worker after which another takes over "
        "its jobs.",
    )
    world_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8100,
        description="Port of the simulated world outside, which `dodam up` starts for the services "
        "that are not set up; 0 takes any.",
    )
    world_smtp_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8125, description="Port of that world's mail server; 0 takes any."
    )
    s3_bucket: str = Field(
        default="",
        description="Bucket that images and videos are kept in; without one they are in "
        "DATA_DIR/media, which several instances then have to share.",
    )
    s3_region: str = Field(default="", description="Region of the bucket.")
    s3_endpoint: BaseUrl | None = Field(
        default=None, description="Where S3 is spoken, if not at Amazon: MinIO, Ceph, NCP."
    )
    s3_access_key: str = Field(
        default="",
        description="Access key id for the bucket. Both or none: without them the machine's own "
        "rights are used (its role, or `AWS_…`).",
    )
    s3_secret_key: SecretStr | None = Field(
        default=None, description="Secret key of the access key."
    )
    media_video_megabytes: Annotated[int, Field(ge=10, le=5000)] = Field(
        default=500, description="Largest video that may be uploaded, in MB."
    )
    valkey_url: SecretStr | None = Field(
        default=None,
        description="Valkey or Redis URL, which several instances need to count rate limits "
        "together; one counts for itself.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses of the proxies whose X-Forwarded-For is believed, with commas.",
    )
    access_token_seconds: Annotated[int, Field(ge=30, le=3600)] = Field(
        default=600, description="Life of an access token, in seconds."
    )
    refresh_token_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=60, description="Life of an unused refresh token, in days."
    )
    limit_sign_ups: Rate = Field(default="60/hour", description="Sign-ups of one network.")
    limit_sign_ins: Rate = Field(default="300/10 minutes", description="Sign-ins of one network.")
    limit_failed_sign_ins: Rate = Field(
        default="10/15 minutes",
        description="Wrong passwords for one account, from one known device or from all strangers.",
    )
    limit_refreshes: Rate = Field(
        default="600/10 minutes", description="Exchanges of refresh tokens of one network."
    )
    limit_mails: Rate = Field(default="5/hour", description="Mails asked for to one address.")
    limit_mail_requests: Rate = Field(
        default="30/hour", description="Mails asked for by one network."
    )
    limit_codes: Rate = Field(
        default="5/hour", description="SMS codes to one number, and for one account."
    )
    limit_code_requests: Rate = Field(
        default="30/hour", description="SMS codes asked for by one network."
    )
    limit_redemptions: Rate = Field(
        default="20/hour", description="Promotion codes that one account tries, right or wrong."
    )
    limit_wrong_codes: Rate = Field(
        default="60/hour", description="Unknown promotion codes from one network."
    )
    google_client_ids: list[str] = Field(
        default=[],
        description="OAuth client ids of our apps at Google, as a JSON list; without any, nobody "
        "signs in with Google.",
    )
    google_keys_url: str = Field(
        default="https://www.googleapis.com/oauth2/v3/certs",
        description="Where Google's keys are (`jwks_uri` of its OpenID configuration).",
    )
    apple_client_ids: list[str] = Field(
        default=[],
        description="App ids and Services ids of our apps at Apple, as a JSON list. All four of "
        "Apple or none: without them, nobody signs in with Apple.",
    )
    apple_team_id: str = Field(default="", description="Team id at Apple, ten characters.")
    apple_key_id: str = Field(default="", description="Id of the key for Sign in with Apple.")
    apple_private_key_file: Path | None = Field(
        default=None, description="That key, as Apple hands it out (`AuthKey_….p8`)."
    )
    apple_base_url: BaseUrl = Field(
        default="https://appleid.apple.com", description="Sign in with Apple."
    )
    app_store_bundle_id: str = Field(
        default="",
        description="Bundle id of our app. All six of the App Store or none: without them nobody "
        "subscribes there.",
    )
    app_store_app_id: int | None = Field(
        default=None, description="Apple id of the app, its number in App Store Connect."
    )
    app_store_issuer_id: str = Field(
        default="", description="Issuer id of the keys for in-app purchases."
    )
    app_store_key_id: str = Field(default="", description="Id of a key for in-app purchases.")
    app_store_private_key_file: Path | None = Field(
        default=None, description="That key, as Apple hands it out (`SubscriptionKey_….p8`)."
    )
    app_store_root_certificates: list[Path] = Field(
        default=[],
        description="Apple's root certificates in DER, as a JSON list: `AppleRootCA-G3.cer` from "
        "apple.com/certificateauthority. Nothing is believed that another root signed.",
    )
    app_store_url: BaseUrl = Field(
        default="https://api.storekit.apple.com", description="App Store Server API."
    )
    app_store_sandbox_url: BaseUrl = Field(
        default="https://api.storekit-sandbox.apple.com",
        description="App Store Server API of the sandbox.",
    )
    app_store_online_checks: bool = Field(
        default=True,
        description="Whether Apple is asked if a certificate was revoked (OCSP).",
    )
    play_package_name: str = Field(
        default="",
        description="Package name of our app. Both of Google Play or none: without them nobody "
        "subscribes there.",
    )
    play_service_account_file: Path | None = Field(
        default=None,
        description="Key file (JSON) of a service account that may see financial data and manage "
        "orders in Play Console.",
    )
    play_url: BaseUrl = Field(
        default="https://androidpublisher.googleapis.com", description="Android Publisher API."
    )
    play_push_audience: str = Field(
        default="",
        description="Audience of the tokens with which Pub/Sub pushes. Both or none: without them "
        "nothing is taken by push.",
    )
    play_push_email: str = Field(
        default="", description="Service account with which Pub/Sub signs those tokens."
    )
    play_pubsub_subscription: str = Field(
        default="",
        pattern=r"^(projects/[^/\s]+/subscriptions/[^/\s]+)?$",
        description="Subscription to pull from, `projects/…/subscriptions/…`; none: no pulling.",
    )
    pubsub_url: BaseUrl = Field(
        default="https://pubsub.googleapis.com", description="Google Cloud Pub/Sub."
    )
    phone_code_seconds: Annotated[int, Field(ge=60, le=600)] = Field(
        default=300, description="Life of an SMS code, in seconds; Twilio's live 600 at most."
    )
    phone_resend_seconds: Annotated[int, Field(ge=30, le=600)] = Field(
        default=60,
        description="Pause before a number or an account is sent the next code, in seconds.",
    )
    sms_timeout_seconds: Annotated[float, Field(gt=0, le=10)] = Field(
        default=5, description="How long an SMS provider may take to answer, in seconds."
    )
    ncp_sens_base_url: BaseUrl = Field(
        default="https://sens.apigw.ntruss.com", description="Naver Cloud SENS."
    )
    ncp_sens_service_id: str = Field(
        default="",
        description="SMS service of SENS, `ncp:sms:kr:…`. All four of SENS or none: with them, "
        "Korean numbers are served; without any provider, codes are written to DATA_DIR/sms.",
    )
    ncp_sens_access_key: str = Field(default="", description="Access key id for SENS.")
    ncp_sens_secret_key: SecretStr | None = Field(
        default=None, description="Secret key of the access key."
    )
    ncp_sens_sender: str = Field(
        default="", description="Number registered with SENS to send from, digits only."
    )
    ncp_sens_alimtalk_service_id: str = Field(
        default="",
        description="Biz Message service of SENS, `ncp:kkobizmsg:kr:…`, beside the four above: "
        "with it and its channel, guardians are sent messages; without, they are written to "
        "DATA_DIR/messages.",
    )
    ncp_sens_alimtalk_channel_id: str = Field(
        default="",
        description="KakaoTalk channel that messages come from, `@…`; dodam's templates are to be "
        "registered with it.",
    )
    quiet_hours: QuietHours = Field(
        default="21:00-08:00",
        description="When no message is to make a phone ring, on the clocks of Korea, where the "
        "phones are; `00:00-00:00` for never.",
    )
    message_days: Annotated[int, Field(ge=30, le=3650)] = Field(
        default=365, description="Days it is known for that a message was sent."
    )
    message_text_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        default=30, description="Days the words of a message are kept for."
    )
    twilio_verify_base_url: BaseUrl = Field(
        default="https://verify.twilio.com", description="Twilio Verify."
    )
    twilio_verify_account_sid: str = Field(
        default="",
        description="Twilio account, `AC…`. All three of Twilio or none: with them, US numbers "
        "are served.",
    )
    twilio_verify_auth_token: SecretStr | None = Field(
        default=None, description="Secret of the Twilio account."
    )
    twilio_verify_service_sid: str = Field(
        default="", description="Verify service, `VA…`, whose codes have six digits."
    )
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s?#]*[^\s?#/]$")] | None = Field(
        default=None,
        description="Where links in mails lead: to `/verify-email`, `/reset-password` and "
        "`/staff/join` there; by default to this server's own pages.",
    )
    mail_from: Mailbox = Field(
        default="Dodam <no-reply@dodam.example>", description="From whom mails are."
    )
    smtp_host: str | None = Field(
        default=None,
        description="Mail server; without one, mails are written to DATA_DIR/mail.",
    )
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = Field(
        default=587, description="Port of the mail server."
    )
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="`starttls` (usually on port 587), `tls` from the start (465), or `none`.",
    )
    smtp_user: str | None = Field(default=None, description="Name at the mail server, if it asks.")
    smtp_password: SecretStr | None = Field(default=None, description="Password at the server.")
    smtp_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = Field(
        default=10, description="How long handing a mail over may take, in seconds."
    )
    mixpanel_base_url: BaseUrl = Field(
        default="https://api.mixpanel.com",
        description="Where Mixpanel takes events; `https://api-eu.mixpanel.com` for a project "
        "whose data stay in the EU.",
    )
    mixpanel_app_url: BaseUrl = Field(
        default="https://mixpanel.com",
        description="Where Mixpanel takes deletions; `https://eu.mixpanel.com` for the EU.",
    )
    mixpanel_project_id: str = Field(
        default="",
        description="Project at Mixpanel, its number. All five of Mixpanel or none: without them "
        "no behaviour event is recorded.",
    )
    mixpanel_project_token: SecretStr | None = Field(
        default=None, description="Token of that project."
    )
    mixpanel_account: str = Field(
        default="",
        description="User name of a service account that is owner or admin of the project.",
    )
    mixpanel_secret: SecretStr | None = Field(
        default=None, description="Secret of the service account."
    )
    mixpanel_deletion_token: SecretStr | None = Field(
        default=None,
        description="OAuth token for GDPR requests, of a member of the project; it lives a year.",
    )
    notion_base_url: BaseUrl = Field(default="https://api.notion.com", description="Notion's API.")
    notion_token: SecretStr | None = Field(
        default=None,
        description="Token of a connection that may read, insert and update content. All three of "
        "Notion or none: without them no customer is kept anywhere else, and no report written.",
    )
    notion_database_id: NotionId = Field(
        default="",
        description="Database of customers, shared with the connection; what columns it lacks "
        "are added.",
    )
    notion_reports_page_id: NotionId = Field(
        default="",
        description="Page under which a report is written each week, shared with the connection.",
    )
    notion_language: Literal["ko", "en"] = Field(
        default="ko", description="Language of the columns and of the reports."
    )
    limit_purchases: Rate = Field(
        default="60/hour", description="Purchases that one account hands in."
    )
    limit_store_forgeries: Rate = Field(
        default="60/10 minutes",
        description="Forged messages of stores from one network, after which it is not listened "
        "to.",
    )
    limit_behaviour_events: Rate = Field(
        default="60/10 minutes", description="Uploads of behaviour events for one account."
    )
    discord_webhook_url: WebhookUrl | None = Field(
        default=None,
        description="Webhook of the Discord channel where those who run the service read of "
        "starts, stops, errors and work that does not get through; without one, they are lines "
        "of the log.",
    )
    limit_api_key_calls: Rate = Field(default="600/minute", description="Calls with one API key.")
    api_key_overlap_hours: Annotated[int, Field(ge=0, le=720)] = Field(
        default=24, description="Hours an API key's old secret works on after a rotation."
    )
    webhook_loopback: bool = Field(
        default=False,
        description="Whether webhooks may go to this machine, without TLS too: for development.",
    )
    argon2_memory_kib: Annotated[int, Field(ge=8, le=1048576)] = Field(
        default=19456, description="argon2id memory, KiB (OWASP's minimum: 19 MiB with 2 passes)."
    )
    argon2_passes: Annotated[int, Field(ge=1, le=20)] = Field(
        default=2, description="argon2id passes."
    )
    withdrawal_grace_days: Annotated[int, Field(ge=0, le=90)] = Field(
        default=30, description="Days within which a person who left can come back."
    )
    consent_notice_hours: Annotated[int, Field(ge=1, le=8760)] = Field(
        default=1,
        description="Hours between publishing a consent document and its taking force, at least.",
    )
    children_per_guardian: Annotated[int, Field(ge=1, le=100)] = Field(
        default=10, description="Children one guardian may register."
    )
    child_removal_grace_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=30, description="Days a removed child can be restored; then it is erased."
    )
    day_start_hour: Annotated[int, Field(ge=0, le=12)] = Field(
        default=4,
        description="Local hour at which a therapy day begins, unless the child has its own.",
    )
    daily_result_hour: Annotated[int, Field(ge=13, le=20)] = Field(
        default=20,
        description="Local hour from which a child's day is summed up and told of, once.",
    )
    default_plan_weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(
        default=[1, 2, 3, 4, 5], description="ISO weekdays a default plan trains on."
    )
    default_plan_motions: Annotated[int, Field(ge=1, le=20)] = Field(
        default=5, description="Motions a day in a default plan."
    )
    default_plan_affected_share: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.8, description="Share of days on which a default plan trains the affected hand."
    )
    tickets_for_day: TicketCount = Field(
        default=1, description="Therapy tickets for a day that was played on."
    )
    tickets_for_goal: TicketCount = Field(
        default=1, description="Therapy tickets for a day whose plan is done."
    )
    tickets_for_streaks: dict[Annotated[int, Field(ge=1)], TicketCount] = Field(
        default={3: 1, 7: 2, 14: 3, 30: 5, 50: 7, 100: 10},
        description="Therapy tickets for streaks by their days, as a JSON object;"
        " a streak between two of them gets those of the shorter one.",
    )
    drain_seconds: Annotated[int, Field(ge=1, le=300)] = Field(
        default=20, description="How long a stop waits for requests and jobs under way."
    )
    stop_delay_seconds: Annotated[int, Field(ge=0, le=120)] = Field(
        default=0,
        description="How long a process that is to stop still takes requests while it says that "
        "it is not ready: as long as a load balancer needs to notice.",
    )

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
