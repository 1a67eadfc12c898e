"""What reaches outside services, built from settings; without access to one, what stands in."""

from collections.abc import Generator
from contextlib import contextmanager
from secrets import token_bytes

from dodam.adapters.app_store.api import ApiKey, AppStoreApi
from dodam.adapters.app_store.store import AppleAppStore
from dodam.adapters.app_store.verifying import SignedData
from dodam.adapters.apple_sign_in import AppleKey, AppleSignIn
from dodam.adapters.buckets import BucketAccess, bucket_store
from dodam.adapters.discord.webhook import DiscordWebhook
from dodam.adapters.google_play.access import ServiceAccount
from dodam.adapters.google_play.api import GoogleApi
from dodam.adapters.google_play.client import GooglePlayClient
from dodam.adapters.google_play.pubsub import PubSubPull, PubSubPush, PushAccess
from dodam.adapters.google_sign_in import GoogleSignIn
from dodam.adapters.log_archive import BucketArchive
from dodam.adapters.mail_folder import MailFolder
from dodam.adapters.message_folder import MessageFolder
from dodam.adapters.mixpanel import Mixpanel, MixpanelAccess
from dodam.adapters.no_analytics import NoAnalytics
from dodam.adapters.no_sign_in import NoSignIn
from dodam.adapters.notice_log import NoticeLog
from dodam.adapters.notion.client import Notion, NotionAccess
from dodam.adapters.notion.customers import NotionCustomers
from dodam.adapters.notion.reports import NotionReports
from dodam.adapters.object_storage import FolderObjects, bucket_objects
from dodam.adapters.sens.access import SensAccess
from dodam.adapters.sens.alimtalk import SensAlimtalk
from dodam.adapters.sens.texts import SensTexts
from dodam.adapters.sms_folder import SmsFolder
from dodam.adapters.smtp import SmtpAccess, SmtpMails, SmtpSecurity
from dodam.adapters.twilio_verify import TwilioAccess, TwilioVerify
from dodam.adapters.webhooks import HttpWebhooks
from dodam.features.accounts.ports.identities import AppleIdentityProvider, IdentityProvider
from dodam.features.accounts.ports.mails import Mails
from dodam.features.accounts.ports.phones import PhoneCodes
from dodam.features.accounts.service.own_codes import OwnCodes
from dodam.features.billing.models.stores import Environment
from dodam.features.billing.ports import AppStore, GooglePlay
from dodam.features.content.ports import ObjectStorage
from dodam.features.crm.ports import Crm
from dodam.features.insight.ports import Analytics
from dodam.features.messaging.ports import Alimtalk
from dodam.features.operations.ports import NoticeBoard
from dodam.features.sharing.ports import Webhooks
from dodam.platform.clock import Clock
from dodam.platform.i18n import Language
from dodam.platform.key_files import key_files
from dodam.platform.rate_limit import RateLimits
from dodam.platform.settings import Settings


class UnusableFilesError(Exception):
    """What an operator can mend: a setting does not name the files that it should."""


def mails(settings: Settings) -> Mails:
    if settings.smtp_host is None:
        return MailFolder(settings.data_dir / "mail")
    password = settings.smtp_password
    access = SmtpAccess(
        settings.smtp_host,
        settings.smtp_port,
        SmtpSecurity(settings.smtp_security),
        settings.smtp_user,
        password.get_secret_value() if password else None,
    )
    return SmtpMails(access, timeout_seconds=settings.smtp_timeout_seconds)


def notice_board(settings: Settings, clock: Clock) -> NoticeBoard:
    if settings.discord_webhook_url is None:
        return NoticeLog()
    return DiscordWebhook(settings.discord_webhook_url.get_secret_value(), clock)


def google(settings: Settings, clock: Clock) -> IdentityProvider:
    if not settings.google_client_ids:
        return NoSignIn()
    return GoogleSignIn(
        clock, keys_url=settings.google_keys_url, client_ids=settings.google_client_ids
    )


def apple(settings: Settings, clock: Clock) -> AppleIdentityProvider:
    if settings.apple_private_key_file is None:
        return NoSignIn()
    return AppleSignIn(
        clock,
        AppleKey(settings.apple_team_id, settings.apple_key_id, settings.apple_private_key_file),
        base_url=settings.apple_base_url,
        client_ids=settings.apple_client_ids,
    )


def phone_codes(settings: Settings, clock: Clock) -> dict[str, PhoneCodes]:
    """Who makes and checks codes, by country; without any provider's access, a folder's reader."""
    keys = key_files(settings.data_dir / "keys", "codes", lambda: token_bytes(32))
    codes: dict[str, PhoneCodes] = {}
    access = _sens(settings, settings.ncp_sens_service_id)
    if access is not None:
        sens = SensTexts(access, clock, timeout_seconds=settings.sms_timeout_seconds)
        codes["KR"] = OwnCodes(sens, keys)
    if settings.twilio_verify_auth_token is not None:
        codes["US"] = TwilioVerify(
            TwilioAccess(
                settings.twilio_verify_base_url,
                settings.twilio_verify_account_sid,
                settings.twilio_verify_auth_token.get_secret_value(),
                settings.twilio_verify_service_sid,
            ),
            timeout_seconds=settings.sms_timeout_seconds,
        )
    local = OwnCodes(SmsFolder(settings.data_dir / "sms"), keys)
    return codes or {"KR": local, "US": local}


def objects(settings: Settings) -> ObjectStorage:
    if not settings.s3_bucket:
        return FolderObjects(settings.data_dir / "media")
    return bucket_objects(_bucket(settings, settings.s3_bucket, settings.s3_region))


def log_archive(settings: Settings) -> BucketArchive | None:
    """Nothing stands in for a bucket: without one, nothing is archived."""
    if not settings.log_bucket:
        return None
    access = _bucket(settings, settings.log_bucket, settings.log_bucket_region)
    return BucketArchive(bucket_store(access))


def _bucket(settings: Settings, bucket: str, region: str) -> BucketAccess:
    secret = settings.s3_secret_key
    return BucketAccess(
        bucket=bucket,
        region=region,
        endpoint=settings.s3_endpoint,
        access_key=settings.s3_access_key or None,
        secret_key=secret.get_secret_value() if secret else None,
    )


def crm(settings: Settings, rate_limits: RateLimits) -> Crm | None:
    """Nothing stands in for a CRM: without one nothing is kept."""
    if settings.notion_token is None:
        return None
    access = NotionAccess(settings.notion_base_url, settings.notion_token.get_secret_value())
    notion = Notion(access, rate_limits)
    language = Language(settings.notion_language)
    return Crm(
        NotionCustomers(notion, settings.notion_database_id, language),
        NotionReports(notion, settings.notion_reports_page_id),
    )


def analytics(settings: Settings) -> Analytics:
    token, secret = settings.mixpanel_project_token, settings.mixpanel_secret
    deletion_token = settings.mixpanel_deletion_token
    if token is None or secret is None or deletion_token is None:
        return NoAnalytics()
    return Mixpanel(
        MixpanelAccess(
            settings.mixpanel_base_url,
            settings.mixpanel_app_url,
            settings.mixpanel_project_id,
            token.get_secret_value(),
            settings.mixpanel_account,
            secret.get_secret_value(),
            deletion_token.get_secret_value(),
        )
    )


def alimtalk(settings: Settings, clock: Clock) -> Alimtalk:
    access = _sens(settings, settings.ncp_sens_alimtalk_service_id)
    if access is None:
        return MessageFolder(settings.data_dir / "messages")
    return SensAlimtalk(access, settings.ncp_sens_alimtalk_channel_id, clock)


def _sens(settings: Settings, service_id: str) -> SensAccess | None:
    if not service_id or settings.ncp_sens_secret_key is None:
        return None
    return SensAccess(
        settings.ncp_sens_base_url,
        service_id,
        settings.ncp_sens_access_key,
        settings.ncp_sens_secret_key.get_secret_value(),
        settings.ncp_sens_sender,
    )


def webhooks(settings: Settings) -> Webhooks:
    return HttpWebhooks(loopback=settings.webhook_loopback)


@contextmanager
def _files_of(setting: str, what: str) -> Generator[None]:
    """Raises UnusableFilesError where what a setting names is missing or something else."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise UnusableFilesError(
            f"Setting DODAM_{setting.upper()} does not name {what}: {error}"
        ) from error


def app_store(settings: Settings) -> AppStore | None:
    """Nothing stands in for a store: without one nobody subscribes there."""
    key_file, app_id = settings.app_store_private_key_file, settings.app_store_app_id
    if key_file is None or app_id is None:
        return None
    bundle_id = settings.app_store_bundle_id
    with _files_of("app_store_root_certificates", "Apple's root certificates in DER"):
        signed = SignedData(
            [each.read_bytes() for each in settings.app_store_root_certificates],
            bundle_id,
            app_id,
            online_checks=settings.app_store_online_checks,
        )
    key = ApiKey(bundle_id, settings.app_store_issuer_id, settings.app_store_key_id, key_file)
    with _files_of("app_store_private_key_file", "a key for in-app purchases (.p8)"):
        production = AppStoreApi("app_store", settings.app_store_url, key)
        sandbox = AppStoreApi("app_store_sandbox", settings.app_store_sandbox_url, key)
    return AppleAppStore(signed, {Environment.PRODUCTION: production, Environment.SANDBOX: sandbox})


def google_play(settings: Settings, clock: Clock) -> GooglePlay | None:
    """As `app_store`."""
    if settings.play_service_account_file is None:
        return None
    with _files_of("play_service_account_file", "a service account's key file (JSON)"):
        account = ServiceAccount(settings.play_service_account_file)
    package_name = settings.play_package_name
    push = pull = None
    if settings.play_push_audience:
        push_access = PushAccess(
            settings.play_push_audience, settings.play_push_email, settings.google_keys_url
        )
        push = PubSubPush(push_access, package_name, clock)
    if settings.play_pubsub_subscription:
        pubsub = GoogleApi("pubsub", settings.pubsub_url, account)
        pull = PubSubPull(pubsub, settings.play_pubsub_subscription, package_name)
    publisher = GoogleApi("google play", settings.play_url, account)
    return GooglePlayClient(publisher, package_name, clock, push, pull)
