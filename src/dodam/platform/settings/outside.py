"""What an operator may choose of the services that dodam talks to."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from dodam.platform.settings.types import BaseUrl, Mailbox, NotionId, QuietHours, Rate, WebhookUrl


class OutsideSettings(BaseSettings):
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
    sms_timeout_seconds: Annotated[float, Field(gt=0, le=10)] = Field(
        default=5, description="How long an SMS provider may take to answer, in seconds."
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
    discord_webhook_url: WebhookUrl | None = Field(
        default=None,
        description="Webhook of the Discord channel where those who run the service read of "
        "starts, stops, errors and work that does not get through; without one, they are lines "
        "of the log.",
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
    limit_behaviour_events: Rate = Field(
        default="60/10 minutes", description="Uploads of behaviour events for one account."
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
    webhook_loopback: bool = Field(
        default=False,
        description="Whether webhooks may go to this machine, without TLS too: for development.",
    )
