"""What staff may do: roles and their permissions. What is not granted is denied."""

from enum import StrEnum

from dodam.features.audit.models import READ_PERMISSION


class Role(StrEnum):
    ADMIN = "admin"
    CLINICIAN = "clinician"
    TRIAL_COORDINATOR = "trial_coordinator"
    SUPPORT = "support"
    MARKETING = "marketing"
    VIEWER = "viewer"


class Permission(StrEnum):
    """One thing a member of staff may do; routes ask for it by name."""

    MANAGE_STAFF = "staff.manage"
    MANAGE_API_KEYS = "api_keys.manage"
    FIND_ACCOUNTS = "accounts.find"
    RESET_PASSWORDS = "accounts.reset_passwords"
    GRANT_ATTRIBUTES = "attributes.grant"
    READ_ATTRIBUTES = "attributes.read"
    ATTACH_TEST_ACCOUNTS = "test_accounts.attach"
    PUBLISH_CONSENT_DOCUMENTS = "consents.publish"
    READ_AUDIT = READ_PERMISSION
    READ_FIGURES = "figures.read"
    MANAGE_JOBS = "jobs.manage"
    READ_MESSAGES = "messages.read"
    # Of the children on whose care team the member is.
    TREAT_CHILDREN = "children.treat"
    CORRECT_PLAYS = "plays.correct"
    PRESCRIBE_PROTOCOLS = "protocols.prescribe"
    MANAGE_CASELOADS = "caseloads.manage"
    # Of what every child plays: seeing what is not published yet, and changing it.
    READ_DRAFTS = "drafts.read"
    MANAGE_CONTENT = "content.manage"
    MANAGE_GAMES = "games.manage"
    MANAGE_SETTINGS = "settings.manage"
    READ_PAYMENTS = "payments.read"
    MANAGE_PAYMENTS = "payments.manage"
    MANAGE_PROMOTIONS = "promotions.manage"


_EVERYTHING = frozenset(Permission)

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.ADMIN: _EVERYTHING,
    Role.CLINICIAN: frozenset(
        {
            Permission.FIND_ACCOUNTS,
            Permission.READ_ATTRIBUTES,
            Permission.TREAT_CHILDREN,
            Permission.CORRECT_PLAYS,
            Permission.READ_DRAFTS,
            Permission.MANAGE_CONTENT,
        }
    ),
    Role.TRIAL_COORDINATOR: frozenset(
        {
            Permission.FIND_ACCOUNTS,
            Permission.READ_ATTRIBUTES,
            Permission.GRANT_ATTRIBUTES,
            Permission.READ_FIGURES,
            Permission.TREAT_CHILDREN,
            Permission.CORRECT_PLAYS,
            Permission.PRESCRIBE_PROTOCOLS,
            Permission.MANAGE_CASELOADS,
            Permission.READ_DRAFTS,
        }
    ),
    Role.SUPPORT: frozenset(
        {
            Permission.FIND_ACCOUNTS,
            Permission.READ_ATTRIBUTES,
            Permission.ATTACH_TEST_ACCOUNTS,
            Permission.READ_MESSAGES,
            Permission.READ_DRAFTS,
            Permission.READ_PAYMENTS,
            Permission.MANAGE_PAYMENTS,
        }
    ),
    Role.MARKETING: frozenset(
        {
            Permission.READ_FIGURES,
            Permission.READ_DRAFTS,
            Permission.MANAGE_CONTENT,
            Permission.MANAGE_PROMOTIONS,
        }
    ),
    Role.VIEWER: frozenset({Permission.READ_FIGURES}),
}
