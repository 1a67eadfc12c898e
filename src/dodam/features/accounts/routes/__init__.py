"""The accounts feature over HTTP."""

from dodam.features.accounts.routes.auth import AuthController
from dodam.features.accounts.routes.emails import EmailController
from dodam.features.accounts.routes.passwords import PasswordController
from dodam.features.accounts.routes.sessions import SessionsController

__all__ = ["AuthController", "EmailController", "PasswordController", "SessionsController"]
