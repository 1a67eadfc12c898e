"""API keys."""

from dodam.features.accounts.routes import ApiKeysController, OwnApiKeyController
from dodam.features.accounts.service.api_keys import ApiKeys
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_api_keys(assembly: Assembly, core: Core, *, overlap_hours: int) -> ApiKeys:
    api_keys = ApiKeys(
        assembly.database,
        assembly.clock,
        core.audit,
        core.rate_limits,
        core.limits,
        overlap_hours=overlap_hours,
    )
    assembly.services["api_keys"] = api_keys
    assembly.routes += [ApiKeysController, OwnApiKeyController]
    assembly.chores["forget-api-key-secrets"] = ("31 3 * * *", api_keys.forget_expired_secrets)
    return api_keys
