"""Passwords, addresses, and the mails about them."""

from dodam.features.accounts.events import accounts as events
from dodam.features.accounts.handlers.mails import MailReactions
from dodam.features.accounts.routes import EmailController, LinkPages, PasswordController
from dodam.features.accounts.service.account_mails import AccountMails
from dodam.features.accounts.service.emails import EmailAddresses
from dodam.features.accounts.service.identities import Identities
from dodam.features.accounts.service.mail_requests import MailRequests
from dodam.features.accounts.service.new_passwords import NewPasswords
from dodam.features.accounts.service.password_changes import PasswordChanges
from dodam.features.accounts.service.password_resets import PasswordResets
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.service.trusted_devices import TrustedDevices
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_passwords(
    assembly: Assembly,
    core: Core,
    sign_in: PasswordSignIn,
    identities: Identities,
    account_mails: AccountMails,
) -> PasswordResets:
    database, clock, tokens = assembly.database, assembly.clock, core.one_time_tokens
    mail_requests = MailRequests(core.rate_limits, core.limits)
    new_passwords = NewPasswords(
        core.passwords, core.password_rules, core.sessions, TrustedDevices(clock), tokens
    )
    password_resets = PasswordResets(
        database, clock, tokens, new_passwords, sign_in, identities, mail_requests
    )
    assembly.services |= {
        "password_changes": PasswordChanges(
            database, sign_in, new_passwords, core.sessions, core.audit
        ),
        "password_resets": password_resets,
        "email_addresses": EmailAddresses(database, clock, tokens, sign_in, mail_requests),
    }
    assembly.routes += [PasswordController, EmailController]
    assembly.pages.append(LinkPages)
    mails = MailReactions(account_mails)
    subscribe = assembly.outbox.subscribe
    subscribe(events.AccountOpened, "accounts.mail_verification", mails.opened)
    subscribe(
        events.EmailVerificationAsked, "accounts.mail_verification_again", mails.verification_asked
    )
    subscribe(events.NewEmailAsked, "accounts.mail_new_address", mails.new_email_asked)
    subscribe(events.EmailChanged, "accounts.mail_address_changed", mails.email_changed)
    subscribe(events.PasswordResetAsked, "accounts.mail_reset", mails.reset_asked)
    subscribe(
        events.PasswordTakenAway, "accounts.mail_password_taken_away", mails.password_taken_away
    )
    subscribe(events.PasswordChanged, "accounts.mail_password_changed", mails.password_changed)
    return password_resets
