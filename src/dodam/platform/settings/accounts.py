"""What an operator may choose of accounts: signing in, limits, phones, leaving."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from dodam.platform.settings.types import BaseUrl, Rate


class AccountSettings(BaseSettings):
    access_token_seconds: Annotated[int, Field(ge=30, le=3600)] = Field(
        default=600, description="Life of an access token, in seconds."
    )
    refresh_token_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=60, description="Life of an unused refresh token, in days."
    )
    argon2_memory_kib: Annotated[int, Field(ge=8, le=1048576)] = Field(
        default=19456, description="argon2id memory, KiB (OWASP's minimum: 19 MiB with 2 passes)."
    )
    argon2_passes: Annotated[int, Field(ge=1, le=20)] = Field(
        default=2, description="argon2id passes."
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
    phone_code_seconds: Annotated[int, Field(ge=60, le=600)] = Field(
        default=300, description="Life of an SMS code, in seconds; Twilio's live 600 at most."
    )
    phone_resend_seconds: Annotated[int, Field(ge=30, le=600)] = Field(
        default=60,
        description="Pause before a number or an account is sent the next code, in seconds.",
    )
    withdrawal_grace_days: Annotated[int, Field(ge=0, le=90)] = Field(
        default=30, description="Days within which a person who left can come back."
    )
    consent_notice_hours: Annotated[int, Field(ge=1, le=8760)] = Field(
        default=1,
        description="Hours between publishing a consent document and its taking force, at least.",
    )
    limit_api_key_calls: Rate = Field(default="600/minute", description="Calls with one API key.")
    api_key_overlap_hours: Annotated[int, Field(ge=0, le=720)] = Field(
        default=24, description="Hours an API key's old secret works on after a rotation."
    )
