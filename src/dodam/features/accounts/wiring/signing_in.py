"""Passwords and sessions."""

from dodam.features.accounts.routes import AuthController, SessionsController
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.service.sign_up import PasswordSignUp
from dodam.features.accounts.service.trusted_devices import TrustedDevices
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_signing_in(assembly: Assembly, core: Core) -> PasswordSignIn:
    sessions = core.sessions
    devices = TrustedDevices(assembly.clock)
    password_sign_in = PasswordSignIn(
        assembly.database,
        assembly.clock,
        core.passwords,
        sessions,
        devices,
        core.rate_limits,
        core.limits,
    )
    assembly.services |= {
        "sessions": sessions,
        "password_sign_up": PasswordSignUp(
            assembly.database,
            assembly.clock,
            core.passwords,
            core.password_rules,
            sessions,
            devices,
            core.rate_limits,
            core.limits,
        ),
        "password_sign_in": password_sign_in,
    }
    assembly.routes += [AuthController, SessionsController]
    assembly.chores |= {
        "forget-expired-tokens": ("17 3 * * *", sessions.forget_expired_tokens),
        "forget-one-time-tokens": ("23 3 * * *", core.one_time_tokens.forget_expired),
        "forget-trusted-devices": ("29 3 * * *", devices.forget_expired),
    }
    return password_sign_in
