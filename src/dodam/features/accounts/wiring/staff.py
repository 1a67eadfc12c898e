"""Members of staff."""

from dodam.features.accounts.events.staff import StaffInvited
from dodam.features.accounts.handlers.staff import StaffReactions
from dodam.features.accounts.routes import StaffController, StaffSignInController
from dodam.features.accounts.service.joining import StaffJoining
from dodam.features.accounts.service.second_factor import SecondFactors
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.service.staff import Staff
from dodam.features.accounts.service.staff_mails import StaffMails
from dodam.features.accounts.service.staff_sessions import StaffSessions
from dodam.features.accounts.service.staff_sign_in import TwoFactorSignIn
from dodam.features.accounts.service.trusted_devices import TrustedDevices
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_staff(assembly: Assembly, core: Core, password_sign_in: PasswordSignIn) -> Staff:
    staff = Staff(assembly.clock, core.sessions, core.one_time_tokens, core.audit)
    second_factors = SecondFactors(assembly.clock, core.cipher)
    staff_sessions = StaffSessions(core.sessions, TrustedDevices(assembly.clock), core.audit)
    assembly.services |= {
        "staff": staff,
        "staff_joining": StaffJoining(
            assembly.database,
            assembly.clock,
            core.passwords,
            core.password_rules,
            second_factors,
            staff_sessions,
            core.one_time_tokens,
        ),
        "two_factor_sign_in": TwoFactorSignIn(
            assembly.database, password_sign_in, second_factors, staff_sessions
        ),
    }
    reactions = StaffReactions(StaffMails(staff, core.letters))
    assembly.outbox.subscribe(StaffInvited, "accounts.mail_staff_invitation", reactions.invited)
    assembly.routes += [StaffController, StaffSignInController]
    return staff
