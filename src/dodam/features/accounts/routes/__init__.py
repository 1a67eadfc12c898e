"""The accounts feature over HTTP."""

from dodam.features.accounts.routes.api_keys import ApiKeysController, OwnApiKeyController
from dodam.features.accounts.routes.auth import AuthController
from dodam.features.accounts.routes.care import CareController
from dodam.features.accounts.routes.devices import DevicesController
from dodam.features.accounts.routes.emails import EmailController
from dodam.features.accounts.routes.link_pages import LinkPages
from dodam.features.accounts.routes.passwords import PasswordController
from dodam.features.accounts.routes.phones import PhoneController
from dodam.features.accounts.routes.providers import ProvidersController
from dodam.features.accounts.routes.sessions import SessionsController
from dodam.features.accounts.routes.sign_in_methods import SignInMethodsController
from dodam.features.accounts.routes.staff import StaffController
from dodam.features.accounts.routes.staff_sign_in import StaffSignInController

__all__ = [
    "ApiKeysController",
    "AuthController",
    "CareController",
    "DevicesController",
    "EmailController",
    "LinkPages",
    "OwnApiKeyController",
    "PasswordController",
    "PhoneController",
    "ProvidersController",
    "SessionsController",
    "SignInMethodsController",
    "StaffController",
    "StaffSignInController",
]
