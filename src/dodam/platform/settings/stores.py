"""What an operator may choose of payments: both stores, and promotion codes."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from dodam.platform.settings.types import BaseUrl, Rate


class StoreSettings(BaseSettings):
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
    limit_purchases: Rate = Field(
        default="60/hour", description="Purchases that one account hands in."
    )
    limit_store_forgeries: Rate = Field(
        default="60/10 minutes",
        description="Forged messages of stores from one network, after which it is not listened "
        "to.",
    )
    limit_redemptions: Rate = Field(
        default="20/hour", description="Promotion codes that one account tries, right or wrong."
    )
    limit_wrong_codes: Rate = Field(
        default="60/hour", description="Unknown promotion codes from one network."
    )
