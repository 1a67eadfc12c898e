"""The authorization matrix: every route of the API, and what each kind of caller is answered.

A row names a route and says whom it serves; everybody else is denied. `test_matrix.py` calls every
route as every caller, and fails for a route that has no row.
"""

from dataclasses import dataclass, replace
from enum import Enum

from dodam.features.accounts.models.api_keys import Scope
from dodam.features.accounts.models.permissions import PERMISSIONS, Permission, Role

GUARDIAN = "guardian"
OTHER_GUARDIAN = "other guardian"
NOBODY = "nobody"
STAFF = tuple(f"staff: {role}" for role in Role)
ADMIN = f"staff: {Role.ADMIN}"
# One caller a scope.
API_KEYS = tuple(f"api key: {scope}" for scope in Scope)
CALLERS = (NOBODY, GUARDIAN, OTHER_GUARDIAN, *STAFF, *API_KEYS)


class Answer(Enum):
    """What a caller is told, whatever is asked for."""

    SERVED = "neither of the below: the request reaches the route and what it is about"
    SIGN_IN = "401 not_signed_in"
    DENIED = "403 not_permitted"
    HIDDEN = "404: there is no such thing, as far as this caller learns"


@dataclass(frozen=True)
class Row:
    """Whom a route serves, and from whom it hides what the path names; others are denied.

    The path names what the scene of `test_matrix.py` holds, which is the guardian's. Where it
    holds no such thing (`in_scene` is false), the callers a route serves may find nothing.
    """

    served: frozenset[str]
    hidden: frozenset[str] = frozenset()
    in_scene: bool = True

    def expected(self, caller: str) -> Answer:
        if caller in self.hidden:
            return Answer.HIDDEN
        if caller in self.served:
            return Answer.SERVED
        return Answer.SIGN_IN if caller == NOBODY else Answer.DENIED


ANYBODY = Row(frozenset(CALLERS))
# The caller's own things only: the path names nothing of anybody's.
GUARDIANS = Row(frozenset({GUARDIAN, OTHER_GUARDIAN}))
SIGNED_IN = Row(frozenset({GUARDIAN, OTHER_GUARDIAN, *STAFF}))
ANY_STAFF = Row(frozenset(STAFF))
ANY_API_KEY = Row(frozenset(API_KEYS))


def api_keys_with(scope: Scope) -> Row:
    return Row(frozenset({f"api key: {scope}"}))


# The path names something of the guardian's.
GUARDIANS_OWN = Row(frozenset({GUARDIAN}), hidden=frozenset({OTHER_GUARDIAN}))
# The guardian's child; of the staff nobody treats it.
CARE_TEAM = frozenset(
    f"staff: {role}" for role in Role if Permission.TREAT_CHILDREN in PERMISSIONS[role]
)
GUARDIANS_AND_CARE_TEAM = Row(frozenset({GUARDIAN}), hidden=frozenset({OTHER_GUARDIAN}) | CARE_TEAM)
CARE_TEAM_ONLY = Row(frozenset(), hidden=CARE_TEAM)
HOLDERS_OWN = Row(frozenset({GUARDIAN}), hidden=frozenset({OTHER_GUARDIAN, *STAFF}))


def staff_who_may(permission: Permission, *, in_scene: bool = True) -> Row:
    """Every role that is granted the permission, and nobody else."""
    granted = frozenset(
        f"staff: {role}" for role in Role if permission in PERMISSIONS.get(role, ())
    )
    return Row(granted, in_scene=in_scene)


MATRIX: dict[str, Row] = {
    "GET /health/live": ANYBODY,
    "GET /health/ready": ANYBODY,
    "GET /health/start": ANYBODY,
    "POST /v1/auth/sign-up": ANYBODY,
    "POST /v1/auth/sign-in": ANYBODY,
    "POST /v1/auth/refresh": ANYBODY,
    "POST /v1/auth/sign-out": SIGNED_IN,
    "POST /v1/auth/password": SIGNED_IN,
    "POST /v1/auth/password/reset-request": ANYBODY,
    "POST /v1/auth/password/reset": ANYBODY,
    "POST /v1/auth/email/verify": ANYBODY,
    # The staff of the scene have tokens and no account.
    "POST /v1/auth/email/verification": replace(SIGNED_IN, in_scene=False),
    "POST /v1/auth/email/change": SIGNED_IN,
    "POST /v1/auth/nonces": ANYBODY,
    "POST /v1/auth/google": replace(ANYBODY, in_scene=False),
    "POST /v1/auth/apple": replace(ANYBODY, in_scene=False),
    "POST /v1/auth/apple/events": replace(ANYBODY, in_scene=False),
    "GET /v1/auth/methods": GUARDIANS,
    "POST /v1/auth/methods/google": replace(GUARDIANS, in_scene=False),
    "POST /v1/auth/methods/apple": replace(GUARDIANS, in_scene=False),
    "POST /v1/auth/methods/password": GUARDIANS,
    "DELETE /v1/auth/methods/google": replace(GUARDIANS, in_scene=False),
    "DELETE /v1/auth/methods/apple": replace(GUARDIANS, in_scene=False),
    "DELETE /v1/auth/methods/password": GUARDIANS,
    "GET /v1/sessions": SIGNED_IN,
    "DELETE /v1/sessions/{session_id}": HOLDERS_OWN,
    "POST /v1/account/withdrawal": GUARDIANS,
    "POST /v1/auth/withdrawal/undo": ANYBODY,
    "GET /v1/withdrawals/{receipt}": replace(ANYBODY, in_scene=False),
    "GET /v1/account/attributes": GUARDIANS,
    "GET /v1/staff/attribute-kinds": staff_who_may(Permission.READ_ATTRIBUTES),
    "GET /v1/staff/accounts/{account_id}/attributes": staff_who_may(Permission.READ_ATTRIBUTES),
    "POST /v1/staff/accounts/{account_id}/attributes": staff_who_may(
        Permission.GRANT_ATTRIBUTES, in_scene=False
    ),
    "DELETE /v1/staff/accounts/{account_id}/attributes/{attribute_id}": staff_who_may(
        Permission.GRANT_ATTRIBUTES, in_scene=False
    ),
    "GET /v1/staff/accounts/{account_id}/attributes/history": staff_who_may(
        Permission.READ_ATTRIBUTES, in_scene=False
    ),
    "GET /v1/staff/accounts/{account_id}/test-accounts": staff_who_may(
        Permission.ATTACH_TEST_ACCOUNTS, in_scene=False
    ),
    "PUT /v1/staff/accounts/{account_id}/test-accounts": staff_who_may(
        Permission.ATTACH_TEST_ACCOUNTS, in_scene=False
    ),
    "POST /v1/staff/accounts/{account_id}/test-accounts": staff_who_may(
        Permission.ATTACH_TEST_ACCOUNTS, in_scene=False
    ),
    "DELETE /v1/staff/accounts/{account_id}/test-accounts": staff_who_may(
        Permission.ATTACH_TEST_ACCOUNTS, in_scene=False
    ),
    "GET /v1/staff/accounts/{account_id}/crm": staff_who_may(
        Permission.FIND_ACCOUNTS, in_scene=False
    ),
    "GET /v1/staff/figures": staff_who_may(Permission.READ_FIGURES),
    "GET /v1/account/consents": GUARDIANS,
    "PUT /v1/account/consents": GUARDIANS,
    "GET /v1/consent-documents": ANYBODY,
    "POST /v1/staff/consent-documents": staff_who_may(Permission.PUBLISH_CONSENT_DOCUMENTS),
    "GET /v1/motions": GUARDIANS,
    "GET /v1/staff/motions": staff_who_may(Permission.READ_DRAFTS),
    "PUT /v1/staff/motions/{motion_id}": staff_who_may(Permission.MANAGE_CONTENT),
    "GET /v1/staff/motions/{motion_id}/versions": staff_who_may(Permission.READ_DRAFTS),
    "PUT /v1/staff/motions/{motion_id}/retirement": staff_who_may(Permission.MANAGE_CONTENT),
    "DELETE /v1/staff/motions/{motion_id}/retirement": staff_who_may(Permission.MANAGE_CONTENT),
    "POST /v1/staff/media": staff_who_may(Permission.MANAGE_CONTENT),
    "GET /v1/staff/media": staff_who_may(Permission.READ_DRAFTS),
    "PUT /v1/staff/media/{medium_id}": staff_who_may(Permission.MANAGE_CONTENT, in_scene=False),
    "DELETE /v1/staff/media/{medium_id}": staff_who_may(Permission.MANAGE_CONTENT, in_scene=False),
    # By a signature in the query.
    "GET /v1/media/{name}": ANYBODY,
    "HEAD /v1/media/{name}": ANYBODY,
    "GET /v1/children/{child_id}/settings": GUARDIANS_OWN,
    "GET /v1/staff/settings": staff_who_may(Permission.READ_DRAFTS),
    **{
        f"{route} /v1/staff/settings/{{namespace}}{path}": staff_who_may(permission, in_scene=False)
        for permission, route, path in (
            (Permission.READ_DRAFTS, "GET", ""),
            (Permission.MANAGE_SETTINGS, "PUT", ""),
            (Permission.MANAGE_SETTINGS, "DELETE", ""),
            (Permission.READ_DRAFTS, "GET", "/draft"),
            (Permission.MANAGE_SETTINGS, "PUT", "/draft"),
            (Permission.READ_DRAFTS, "POST", "/preview"),
            (Permission.READ_DRAFTS, "GET", "/diff"),
            (Permission.READ_DRAFTS, "GET", "/versions"),
            (Permission.MANAGE_SETTINGS, "POST", "/versions"),
            (Permission.READ_DRAFTS, "GET", "/versions/{version}"),
            (Permission.MANAGE_SETTINGS, "DELETE", "/versions/{version}"),
            (Permission.MANAGE_SETTINGS, "POST", "/versions/{version}/restore"),
        )
    },
    # Of the staff nobody treats the child, and it is of no test account.
    "POST /v1/staff/children/{child_id}/settings-preview": Row(
        frozenset(), hidden=staff_who_may(Permission.READ_DRAFTS).served
    ),
    "GET /v1/patch-notes": GUARDIANS,
    "PUT /v1/patch-notes/{note_id}/read": replace(GUARDIANS, in_scene=False),
    "GET /v1/staff/patch-notes": staff_who_may(Permission.READ_DRAFTS),
    "POST /v1/staff/patch-notes": staff_who_may(Permission.MANAGE_CONTENT),
    "GET /v1/staff/patch-notes/{note_id}/edits": staff_who_may(
        Permission.READ_DRAFTS, in_scene=False
    ),
    **{
        f"{route} /v1/staff/patch-notes/{{note_id}}{path}": staff_who_may(
            Permission.MANAGE_CONTENT, in_scene=False
        )
        for route, path in (("PUT", ""), ("POST", "/publish"), ("POST", "/withdraw"))
    },
    # Neither store is set up in the scene.
    "POST /v1/stores/apple/notifications": ANYBODY,
    "POST /v1/stores/google/notifications": ANYBODY,
    "GET /v1/staff/store-notifications": staff_who_may(Permission.READ_PAYMENTS),
    "GET /v1/staff/store-notifications/{message_id}": staff_who_may(
        Permission.READ_PAYMENTS, in_scene=False
    ),
    "POST /v1/staff/store-notifications/{message_id}/replay": staff_who_may(
        Permission.MANAGE_PAYMENTS, in_scene=False
    ),
    "POST /v1/staff/store-notifications/replay": staff_who_may(Permission.MANAGE_PAYMENTS),
    "GET /v1/staff/stores": staff_who_may(Permission.READ_PAYMENTS),
    "GET /v1/staff/stores/drift": staff_who_may(Permission.READ_PAYMENTS),
    "GET /v1/staff/jobs": staff_who_may(Permission.MANAGE_JOBS),
    "GET /v1/staff/dead-letters": staff_who_may(Permission.MANAGE_JOBS),
    "POST /v1/staff/dead-letters/replay": staff_who_may(Permission.MANAGE_JOBS),
    "POST /v1/staff/dead-letters/discard": staff_who_may(Permission.MANAGE_JOBS),
    "GET /v1/staff/failures": staff_who_may(Permission.MANAGE_JOBS),
    "GET /v1/staff/failures/{fingerprint}": staff_who_may(Permission.MANAGE_JOBS, in_scene=False),
    "POST /v1/staff/failures/{fingerprint}/resolution": staff_who_may(
        Permission.MANAGE_JOBS, in_scene=False
    ),
    "GET /v1/staff/audit": staff_who_may(Permission.READ_AUDIT),
    "POST /v1/staff/enrolment": ANYBODY,
    "POST /v1/staff/join": ANYBODY,
    "POST /v1/staff/sign-in": ANYBODY,
    "GET /v1/staff/me": replace(ANY_STAFF, in_scene=False),
    "GET /v1/staff/members": staff_who_may(Permission.MANAGE_STAFF),
    "POST /v1/staff/members": staff_who_may(Permission.MANAGE_STAFF),
    "PATCH /v1/staff/members/{member_id}": staff_who_may(Permission.MANAGE_STAFF, in_scene=False),
    "POST /v1/staff/members/{member_id}/second-factor-reset": staff_who_may(
        Permission.MANAGE_STAFF, in_scene=False
    ),
    "GET /v1/staff/accounts": staff_who_may(Permission.FIND_ACCOUNTS),
    "GET /v1/staff/accounts/{account_id}": staff_who_may(Permission.FIND_ACCOUNTS, in_scene=False),
    "POST /v1/staff/accounts/{account_id}/password-reset": staff_who_may(
        Permission.RESET_PASSWORDS, in_scene=False
    ),
    "GET /v1/staff/api-keys": staff_who_may(Permission.MANAGE_API_KEYS),
    "POST /v1/staff/api-keys": staff_who_may(Permission.MANAGE_API_KEYS),
    "POST /v1/staff/api-keys/{api_key_id}/rotate": staff_who_may(
        Permission.MANAGE_API_KEYS, in_scene=False
    ),
    "PATCH /v1/staff/api-keys/{api_key_id}": staff_who_may(
        Permission.MANAGE_API_KEYS, in_scene=False
    ),
    "DELETE /v1/staff/api-keys/{api_key_id}": staff_who_may(
        Permission.MANAGE_API_KEYS, in_scene=False
    ),
    "GET /v1/api-key": ANY_API_KEY,
    "GET /v1/shared/daily-results": api_keys_with(Scope.READ_DAILY_RESULTS),
    "GET /v1/shared/daily-logs": api_keys_with(Scope.READ_DAILY_LOGS),
    "GET /v1/shared/therapy-results": api_keys_with(Scope.READ_THERAPY_RESULTS),
    "GET /v1/webhook-endpoints": ANY_API_KEY,
    "POST /v1/webhook-endpoints": ANY_API_KEY,
    "PATCH /v1/webhook-endpoints/{endpoint_id}": replace(ANY_API_KEY, in_scene=False),
    "DELETE /v1/webhook-endpoints/{endpoint_id}": replace(ANY_API_KEY, in_scene=False),
    "POST /v1/webhook-endpoints/{endpoint_id}/rotate": replace(ANY_API_KEY, in_scene=False),
    "POST /v1/webhook-endpoints/{endpoint_id}/ping": replace(ANY_API_KEY, in_scene=False),
    "GET /v1/webhook-endpoints/{endpoint_id}/deliveries": replace(ANY_API_KEY, in_scene=False),
    **{
        f"{method} /v1/staff/api-keys/{{api_key_id}}/webhook-endpoints{path}": staff_who_may(
            Permission.MANAGE_API_KEYS, in_scene=False
        )
        for method, path in (
            ("GET", ""),
            ("POST", ""),
            ("PATCH", "/{endpoint_id}"),
            ("DELETE", "/{endpoint_id}"),
            ("POST", "/{endpoint_id}/rotate"),
            ("POST", "/{endpoint_id}/ping"),
            ("GET", "/{endpoint_id}/deliveries"),
        )
    },
    "GET /v1/phone": replace(GUARDIANS, in_scene=False),
    "DELETE /v1/phone": replace(GUARDIANS, in_scene=False),
    "POST /v1/phone/verifications": GUARDIANS,
    "POST /v1/phone/verifications/{verification_id}/check": replace(GUARDIANS_OWN, in_scene=False),
    "GET /v1/messages": GUARDIANS,
    "GET /v1/notifications": GUARDIANS,
    "PATCH /v1/notifications": GUARDIANS,
    "GET /v1/staff/accounts/{account_id}/messages": staff_who_may(Permission.READ_MESSAGES),
    "GET /v1/devices": GUARDIANS,
    "POST /v1/devices": GUARDIANS,
    "DELETE /v1/devices/{device_id}": GUARDIANS_OWN,
    "GET /v1/devices/{device_id}/settings": GUARDIANS_OWN,
    "POST /v1/behaviour-events": GUARDIANS,
    "GET /v1/children": GUARDIANS,
    "POST /v1/children": GUARDIANS,
    "GET /v1/children/{child_id}": GUARDIANS_OWN,
    "PATCH /v1/children/{child_id}": GUARDIANS_OWN,
    "DELETE /v1/children/{child_id}": GUARDIANS_OWN,
    "GET /v1/children/removed": GUARDIANS,
    "POST /v1/children/{child_id}/restore": GUARDIANS_OWN,
    "GET /v1/children/{child_id}/care-team": GUARDIANS_OWN,
    "DELETE /v1/children/{child_id}/care-team/{member_id}": GUARDIANS_OWN,
    "GET /v1/staff/caseload": staff_who_may(Permission.TREAT_CHILDREN),
    "GET /v1/staff/caseload/adherence": staff_who_may(Permission.TREAT_CHILDREN),
    "GET /v1/staff/caseload/dropout-risk": staff_who_may(Permission.TREAT_CHILDREN),
    "PUT /v1/staff/children/{child_id}/care-team/{member_id}": staff_who_may(
        Permission.MANAGE_CASELOADS
    ),
    "DELETE /v1/staff/children/{child_id}/care-team/{member_id}": staff_who_may(
        Permission.MANAGE_CASELOADS
    ),
    "GET /v1/children/{child_id}/diagnoses": GUARDIANS_AND_CARE_TEAM,
    "POST /v1/children/{child_id}/diagnoses": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/diagnoses/{diagnosis_id}": GUARDIANS_AND_CARE_TEAM,
    "PATCH /v1/children/{child_id}/diagnoses/{diagnosis_id}": GUARDIANS_AND_CARE_TEAM,
    "DELETE /v1/children/{child_id}/diagnoses/{diagnosis_id}": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/diagnoses/{diagnosis_id}/history": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/diagnosis-codes": SIGNED_IN,
    "GET /v1/severity-scales": SIGNED_IN,
    "GET /v1/children/{child_id}/difficulty": GUARDIANS_AND_CARE_TEAM,
    "PUT /v1/children/{child_id}/difficulty/{motion}/{hand}": CARE_TEAM_ONLY,
    "DELETE /v1/children/{child_id}/difficulty/{motion}/{hand}": CARE_TEAM_ONLY,
    "GET /v1/children/{child_id}/difficulty/{motion}/{hand}/decisions": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/tickets": GUARDIANS_AND_CARE_TEAM,
    "POST /v1/staff/children/{child_id}/tickets": CARE_TEAM_ONLY,
    "GET /v1/entitlement": GUARDIANS,
    "GET /v1/promotions/redemptions": GUARDIANS,
    # The code of the example is nowhere.
    "POST /v1/promotions/redemptions": replace(GUARDIANS, in_scene=False),
    **{
        f"{method} /v1/staff/promotions": staff_who_may(Permission.MANAGE_PROMOTIONS)
        for method in ("GET", "POST")
    },
    **{
        route: staff_who_may(Permission.MANAGE_PROMOTIONS, in_scene=False)
        for route in (
            "GET /v1/staff/promotions/{promotion_id}",
            "GET /v1/staff/promotions/{promotion_id}/codes.csv",
            "GET /v1/staff/promotions/{promotion_id}/redemptions",
            "DELETE /v1/staff/promotions/{promotion_id}",
            "DELETE /v1/staff/promotions/{promotion_id}/codes/{number}",
        )
    },
    "GET /v1/subscriptions": GUARDIANS,
    "POST /v1/subscriptions/apple": GUARDIANS,
    "POST /v1/subscriptions/google": GUARDIANS,
    "POST /v1/subscriptions/{subscription_id}/cancellation": replace(GUARDIANS, in_scene=False),
    "GET /v1/staff/accounts/{account_id}/subscriptions": staff_who_may(Permission.READ_PAYMENTS),
    "POST /v1/staff/subscriptions/{subscription_id}/cancellation": staff_who_may(
        Permission.MANAGE_PAYMENTS, in_scene=False
    ),
    "POST /v1/staff/subscriptions/{subscription_id}/extension": staff_who_may(
        Permission.MANAGE_PAYMENTS, in_scene=False
    ),
    "POST /v1/staff/subscriptions/{subscription_id}/revocation": staff_who_may(
        Permission.MANAGE_PAYMENTS, in_scene=False
    ),
    "POST /v1/staff/subscriptions/{subscription_id}/refresh": staff_who_may(
        Permission.MANAGE_PAYMENTS, in_scene=False
    ),
    "POST /v1/staff/subscriptions/{subscription_id}/transfer": staff_who_may(
        Permission.MANAGE_PAYMENTS, in_scene=False
    ),
    "GET /v1/staff/payments/figures": staff_who_may(Permission.READ_FIGURES),
    "GET /v1/staff/payments/price-increases": staff_who_may(Permission.READ_PAYMENTS),
    "GET /v1/children/{child_id}/attendance": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/bootstrap": GUARDIANS_OWN,
    "GET /v1/children/{child_id}/calendar": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/clinic-report.html": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/clinic-report.pdf": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/consent": GUARDIANS_OWN,
    "PUT /v1/children/{child_id}/consent": GUARDIANS_OWN,
    "GET /v1/children/{child_id}/daily-logs": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/daily-results": GUARDIANS_AND_CARE_TEAM,
    "PUT /v1/children/{child_id}/exceptional-days/{day}": GUARDIANS_OWN,
    "DELETE /v1/children/{child_id}/exceptional-days/{day}": GUARDIANS_OWN,
    "GET /v1/children/{child_id}/plans": GUARDIANS_AND_CARE_TEAM,
    "POST /v1/children/{child_id}/plans": GUARDIANS_AND_CARE_TEAM,
    "POST /v1/children/{child_id}/plans/from-template": CARE_TEAM_ONLY,
    "POST /v1/children/{child_id}/plans/{version}/end": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/schedule": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/pauses": GUARDIANS_AND_CARE_TEAM,
    "POST /v1/children/{child_id}/pauses": GUARDIANS_AND_CARE_TEAM,
    "POST /v1/children/{child_id}/pauses/{pause_id}/end": replace(
        GUARDIANS_AND_CARE_TEAM, in_scene=False
    ),
    "GET /v1/staff/plan-templates": staff_who_may(Permission.TREAT_CHILDREN),
    "POST /v1/staff/plan-templates": staff_who_may(Permission.TREAT_CHILDREN),
    "PUT /v1/staff/plan-templates/{template_id}": staff_who_may(
        Permission.TREAT_CHILDREN, in_scene=False
    ),
    "DELETE /v1/staff/plan-templates/{template_id}": staff_who_may(
        Permission.TREAT_CHILDREN, in_scene=False
    ),
    "POST /v1/children/{child_id}/play-records": GUARDIANS_OWN,
    **{
        f"GET /v1/staff/games{path}": staff_who_may(Permission.READ_DRAFTS, in_scene=False)
        for path in ("", "/{game_id}", "/{game_id}/versions", "/{game_id}/versions/{version}")
    },
    "POST /v1/staff/games/{game_id}/try": staff_who_may(Permission.READ_DRAFTS, in_scene=False),
    **{
        f"{route} /v1/staff/games/{path}": staff_who_may(Permission.MANAGE_GAMES, in_scene=False)
        for route, path in (
            ("PUT", "{game_id}/draft"),
            ("DELETE", "{game_id}/draft"),
            ("POST", "{game_id}/publish"),
            ("PUT", "{game_id}/retired"),
            ("PUT", "order"),
        )
    },
    "POST /v1/children/{child_id}/game-results": GUARDIANS_OWN,
    "GET /v1/children/{child_id}/games/{game_id}/results": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/games/{game_id}/save": GUARDIANS_OWN,
    "PUT /v1/children/{child_id}/games/{game_id}/save": GUARDIANS_OWN,
    "DELETE /v1/children/{child_id}/games/{game_id}/save": GUARDIANS_OWN,
    "GET /v1/children/{child_id}/games": GUARDIANS_OWN,
    "GET /v1/children/{child_id}/games/{game_id}": GUARDIANS_OWN,
    "POST /v1/children/{child_id}/game-plays": GUARDIANS_OWN,
    "DELETE /v1/children/{child_id}/game-plays/{play_id}": GUARDIANS_OWN,
    "GET /v1/children/{child_id}/outcomes": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/outcomes/trend": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/adherence": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/dropout-risk": CARE_TEAM_ONLY,
    "GET /v1/children/{child_id}/plays": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/corrections": GUARDIANS_AND_CARE_TEAM,
    "POST /v1/children/{child_id}/corrections": staff_who_may(
        Permission.CORRECT_PLAYS, in_scene=False
    ),
    "POST /v1/children/{child_id}/session-events": GUARDIANS_OWN,
    "GET /v1/children/{child_id}/sessions": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/sessions/{session_id}": replace(
        GUARDIANS_AND_CARE_TEAM, in_scene=False
    ),
    "GET /v1/children/{child_id}/report": GUARDIANS_AND_CARE_TEAM,
    "GET /v1/children/{child_id}/sharing": GUARDIANS_OWN,
    "PUT /v1/children/{child_id}/sharing/{system_id}": replace(GUARDIANS_OWN, in_scene=False),
    "DELETE /v1/children/{child_id}/sharing/{system_id}": GUARDIANS_OWN,
    "GET /v1/children/{child_id}/today": GUARDIANS_AND_CARE_TEAM,
}
