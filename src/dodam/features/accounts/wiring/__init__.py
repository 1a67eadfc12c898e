"""Puts the accounts feature together, part by part."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from dodam.features.accounts.models.phones import CodeTimes
from dodam.features.accounts.ports.identities import AppleIdentityProvider, IdentityProvider
from dodam.features.accounts.ports.phones import PhoneCodes
from dodam.features.accounts.service.account_mails import AccountMails
from dodam.features.accounts.service.api_keys import ApiKeys
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.accounts.service.consents import Consents
from dodam.features.accounts.service.contacts import Contacts
from dodam.features.accounts.service.devices import Devices
from dodam.features.accounts.service.profiles import Profiles
from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.accounts.service.staff import Staff
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.accounts.wiring.api_keys import wire_api_keys
from dodam.features.accounts.wiring.attributes import wire_attributes
from dodam.features.accounts.wiring.care import wire_care
from dodam.features.accounts.wiring.consents import wire_consents
from dodam.features.accounts.wiring.core import Core
from dodam.features.accounts.wiring.devices import wire_devices
from dodam.features.accounts.wiring.identities import wire_identities
from dodam.features.accounts.wiring.passwords import wire_passwords
from dodam.features.accounts.wiring.phones import wire_phones
from dodam.features.accounts.wiring.signing_in import wire_signing_in
from dodam.features.accounts.wiring.staff import wire_staff
from dodam.features.accounts.wiring.testing_accounts import wire_test_accounts
from dodam.features.accounts.wiring.withdrawal import wire_withdrawal
from dodam.platform.assembly import Assembly

__all__ = ["Core", "Periods", "wire"]


@dataclass(frozen=True)
class Periods:
    """How long what lasts, as the settings have it."""

    withdrawal_grace_days: int
    api_key_overlap_hours: int
    consent_notice_hours: int


@dataclass(frozen=True)
class Accounts:
    """What the feature offers outside of its routes."""

    api_keys: ApiKeys
    attributes: Attributes
    devices: Devices
    staff: Staff
    consent_documents: ConsentDocuments
    consents: Consents
    withdrawals: Withdrawals
    reporting: AccountReporting
    contacts: Contacts
    mails: AccountMails
    profiles: Profiles


def wire(
    assembly: Assembly,
    core: Core,
    google: IdentityProvider,
    apple: AppleIdentityProvider,
    phone_codes: Mapping[str, PhoneCodes],
    code_times: CodeTimes,
    periods: Periods,
) -> Accounts:
    """`phone_codes` are by country, ISO 3166-1 alpha-2."""
    password_sign_in = wire_signing_in(assembly, core)
    identities = wire_identities(assembly, core, google, apple)
    mails = AccountMails(core.one_time_tokens, core.letters)
    password_resets = wire_passwords(assembly, core, password_sign_in, identities, mails)
    attributes = wire_attributes(assembly, core)
    wire_phones(assembly, core, phone_codes, code_times)
    devices = wire_devices(assembly, attributes)
    wire_care(assembly, core, password_resets)
    documents, consents = wire_consents(
        assembly, core, notice=timedelta(hours=periods.consent_notice_hours)
    )
    return Accounts(
        api_keys=wire_api_keys(assembly, core, overlap_hours=periods.api_key_overlap_hours),
        attributes=attributes,
        devices=devices,
        withdrawals=wire_withdrawal(
            assembly, core, identities, password_sign_in, grace_days=periods.withdrawal_grace_days
        ),
        staff=wire_staff(assembly, core, password_sign_in),
        consent_documents=documents,
        consents=consents,
        reporting=wire_test_accounts(assembly, core),
        contacts=Contacts(),
        mails=mails,
        profiles=Profiles(),
    )
