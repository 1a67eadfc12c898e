"""Passwords and sessions."""

from dodam.features.accounts.routes import AuthController, SessionsController
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_signing_in(assembly: Assembly, core: Core) -> None:
    sessions = core.sessions
    assembly.services |= {
        "sessions": sessions,
        "password_sign_in": PasswordSignIn(
            assembly.database, assembly.clock, core.passwords, sessions
        ),
    }
    assembly.routes += [AuthController, SessionsController]
    assembly.chores |= {
        "forget-expired-tokens": ("17 3 * * *", sessions.forget_expired_tokens),
        "forget-one-time-tokens": ("23 3 * * *", core.one_time_tokens.forget_expired),
    }
