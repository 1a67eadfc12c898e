"""The composition root: the one place where objects are built from settings."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from os import getpid
from secrets import token_bytes
from socket import gethostname

from litestar import Litestar

from dodam.bootstrap import logs, outside
from dodam.bootstrap.health import may_be_away
from dodam.bootstrap.http import application
from dodam.bootstrap.observing import observed
from dodam.features.accounts import wiring as accounts_wiring
from dodam.features.accounts.models.limits import AccountLimits
from dodam.features.accounts.models.permissions import PERMISSIONS
from dodam.features.accounts.models.phones import CodeTimes
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.accounts.service.letters import Letters
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens
from dodam.features.accounts.service.passwords import PasswordRules
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.service.staff import Staff
from dodam.features.accounts.service.undo_tokens import UndoTokens
from dodam.features.audit import wiring as audit_wiring
from dodam.features.billing import wiring as billing_wiring
from dodam.features.children import wiring as children_wiring
from dodam.features.children.service.erasure import EraseEverything, EraseTestData
from dodam.features.children.service.reporting import ChildReporting
from dodam.features.content import wiring as content_wiring
from dodam.features.content.models.media import MediaKind
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.crm import wiring as crm_wiring
from dodam.features.difficulty import wiring as difficulty_wiring
from dodam.features.games import wiring as games_wiring
from dodam.features.games.service.built_in import BuiltInGames
from dodam.features.insight import wiring as insight_wiring
from dodam.features.livesettings import wiring as livesettings_wiring
from dodam.features.livesettings.service.live_settings import LiveSettings
from dodam.features.messaging import wiring as messaging_wiring
from dodam.features.messaging.models.quiet_hours import QuietHours
from dodam.features.operations import wiring as operations_wiring
from dodam.features.outcomes import wiring as outcomes_wiring
from dodam.features.promotions import wiring as promotions_wiring
from dodam.features.promotions.models.limits import CodeLimits
from dodam.features.reports import wiring as reports_wiring
from dodam.features.rewards import wiring as rewards_wiring
from dodam.features.rewards.models import TicketRules
from dodam.features.sharing import wiring as sharing_wiring
from dodam.features.start import wiring as start_wiring
from dodam.features.therapy import wiring as therapy_wiring
from dodam.features.therapy.models.plans import DefaultPlanRules
from dodam.platform.assembly import Assembly, Chore
from dodam.platform.clock import Clock, SystemClock
from dodam.platform.database import Database
from dodam.platform.encryption import Cipher
from dodam.platform.http.access import AccessGuard
from dodam.platform.i18n import Language
from dodam.platform.jobs import history
from dodam.platform.jobs.figures import Figures
from dodam.platform.jobs.kinds import Kinds, Perform
from dodam.platform.jobs.worker import Jobs
from dodam.platform.key_files import key_files
from dodam.platform.logging.log import Log
from dodam.platform.logging.shipping import LogShipping
from dodam.platform.measuring.watching import Watching
from dodam.platform.outbox import Outbox
from dodam.platform.passwords import Passwords
from dodam.platform.rate_limit import Limit, RateLimits
from dodam.platform.readiness import ReadinessCheck, Start
from dodam.platform.revocations import Revocations
from dodam.platform.settings import Settings
from dodam.platform.stopping import Stopping
from dodam.platform.tokens import AccessTokens, SigningKeys
from dodam.platform.work import Policy

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Dodam:
    """A whole system, built but not started: its HTTP face and its background work.

    `services` are what its routes are offered, by name.
    """

    database: Database
    app: Litestar
    services: Mapping[str, object]
    jobs: Jobs
    catalogue: Catalogue
    live_settings: LiveSettings
    built_in_games: BuiltInGames
    consent_documents: ConsentDocuments
    passwords: Passwords
    revocations: Revocations
    rate_limits: RateLimits
    staff: Staff
    operations: operations_wiring.Operations
    chores: Mapping[str, Chore]
    log_shipping: LogShipping
    start: Start
    stopping: Stopping
    observed: Callable[[], AbstractAsyncContextManager[None]]

    @asynccontextmanager
    async def running(self, *, serving: bool = True) -> AsyncGenerator[None]:
        """Connected while the scope lasts; a process that serves hears of ended sessions."""
        # Around all else: what is said at the very end is to get out, too.
        async with self.log_shipping.running(self.stopping.hurried), self.observed():
            await self.database.open()
            try:
                async with self.revocations.watch() if serving else nullcontext():
                    yield
            finally:
                await self.database.close()
                await self.rate_limits.close()
                self.passwords.close()

    async def load_catalogue(self) -> None:
        """Bring motions, settings, games and consent documents up to this release's."""
        async with self.database.transaction() as tx:
            await self.catalogue.load(tx)
            # Games before settings, as whoever publishes a game holds both.
            await self.built_in_games.load(tx)
            await self.live_settings.load(tx)
            await self.consent_documents.load(tx)


def build(
    settings: Settings,
    database_url: str,
    clock: Clock | None = None,
    log: Log | None = None,
    stopping: Stopping | None = None,
    *,
    revision: str | None = None,
) -> Dodam:
    """Put the system together on a database; nothing is connected or started yet.

    A process that is built for a `revision` of the schema is not ready before that is there.
    """
    clock = clock or SystemClock()
    log = log or Log()
    stopping = stopping or Stopping()
    kinds = Kinds()
    outbox = Outbox(clock, kinds)
    database = Database(
        database_url,
        pool_size=settings.database_pool_size,
        publisher=outbox,
        log=log,
        slow_query_ms=settings.slow_query_ms,
    )
    assembly = Assembly(clock, database, outbox, kinds, log)
    passwords = Passwords(memory_kib=settings.argon2_memory_kib, passes=settings.argon2_passes)
    tokens = AccessTokens(
        SigningKeys.load(settings.data_dir / "keys"),
        clock,
        seconds=settings.access_token_seconds,
        permissions=PERMISSIONS,
    )
    rate_limits = RateLimits(
        settings.valkey_url.get_secret_value() if settings.valkey_url else None
    )
    revocations = Revocations(database, clock, token_seconds=settings.access_token_seconds)

    cipher = Cipher.load(settings.data_dir / "keys")
    limits = _account_limits(settings)
    audit = audit_wiring.wire(assembly)
    accounts = accounts_wiring.wire(
        assembly,
        accounts_wiring.Core(
            passwords,
            PasswordRules(passwords),
            cipher,
            rate_limits,
            limits,
            Sessions(
                database,
                clock,
                tokens,
                revocations,
                UndoTokens(cipher, clock),
                rate_limits,
                limits.refreshes,
                refresh_token_days=settings.refresh_token_days,
            ),
            OneTimeTokens(clock),
            audit,
            Letters(
                outside.mails(settings),
                clock,
                sender=settings.mail_from,
                public_url=settings.public_url or settings.own_url,
            ),
        ),
        outside.google(settings, clock),
        outside.apple(settings, clock),
        outside.phone_codes(settings, clock),
        CodeTimes(settings.phone_code_seconds, settings.phone_resend_seconds),
        accounts_wiring.Periods(
            withdrawal_grace_days=settings.withdrawal_grace_days,
            api_key_overlap_hours=settings.api_key_overlap_hours,
            consent_notice_hours=settings.consent_notice_hours,
        ),
    )
    objects = outside.objects(settings)
    content = content_wiring.wire(
        assembly,
        audit,
        objects,
        key_files(settings.data_dir / "keys", "media", lambda: token_bytes(32)),
        most_bytes={
            MediaKind.IMAGE: 10 * _MEGABYTE,
            MediaKind.AUDIO: 50 * _MEGABYTE,
            MediaKind.VIDEO: settings.media_video_megabytes * _MEGABYTE,
        },
    )
    catalogue = content.catalogue
    children_reporting = ChildReporting(accounts.reporting)
    children_services = children_wiring.wire(
        assembly,
        EraseTestData(EraseEverything(), children_reporting),
        children_wiring.Below(
            accounts.withdrawals,
            accounts.consent_documents,
            accounts.consents,
            accounts.staff,
            audit,
        ),
        limit=settings.children_per_guardian,
        day_start_hour=settings.day_start_hour,
        removal_grace=timedelta(days=settings.child_removal_grace_days),
    )
    children = children_services.children
    therapy = therapy_wiring.wire(
        assembly,
        therapy_wiring.Below(
            children,
            children_services.care_teams,
            catalogue,
            accounts.reporting,
            children_reporting,
            audit,
        ),
        DefaultPlanRules(
            weekdays=settings.default_plan_weekdays,
            motions_a_day=settings.default_plan_motions,
            affected_share=settings.default_plan_affected_share,
        ),
        daily_result_hour=settings.daily_result_hour,
    )
    settings_of_game = livesettings_wiring.wire(
        assembly,
        livesettings_wiring.Below(
            accounts.attributes,
            accounts.devices,
            accounts.withdrawals,
            accounts.reporting,
            children,
            children_services.care_teams,
            audit,
        ),
    )
    billing = billing_wiring.wire(
        assembly,
        billing_wiring.Below(
            accounts.attributes,
            accounts.withdrawals,
            accounts.consents,
            accounts.reporting,
            audit,
        ),
        billing_wiring.Limits(
            rate_limits,
            Limit("store_forgeries", settings.limit_store_forgeries),
            Limit("purchases", settings.limit_purchases),
        ),
        outside.app_store(settings),
        outside.google_play(settings, clock),
    )
    tickets = rewards_wiring.wire(
        assembly,
        children,
        TicketRules(
            day=settings.tickets_for_day,
            goal=settings.tickets_for_goal,
            streaks=settings.tickets_for_streaks,
        ),
    )
    games = games_wiring.wire(
        assembly,
        games_wiring.Below(
            accounts.attributes,
            children,
            content.media,
            therapy.progress,
            billing.entitlements,
            settings_of_game.live_settings,
            tickets,
            audit,
        ),
    )
    promotions_wiring.wire(
        assembly,
        promotions_wiring.Below(audit, children, billing.free_periods, tickets),
        key_files(settings.data_dir / "keys", "promotions", lambda: token_bytes(32)),
        rate_limits,
        CodeLimits(
            Limit("redemptions", settings.limit_redemptions),
            Limit("wrong_codes", settings.limit_wrong_codes),
        ),
    )
    start_wiring.wire(
        assembly,
        start_wiring.Below(
            settings_of_game.clients,
            settings_of_game.live_settings,
            settings_of_game.patch_notes,
            catalogue,
            therapy.progress,
            games.plays,
            tickets,
            billing.entitlements,
        ),
    )
    difficulty_wiring.wire(
        assembly, children, children_services.diagnoses, catalogue, therapy.progress
    )
    outcomes = outcomes_wiring.wire(assembly, catalogue, therapy.progress)
    reports_wiring.wire(
        assembly,
        reports_wiring.Below(
            accounts.staff,
            children_services.diagnoses,
            catalogue,
            therapy.progress,
            outcomes.adherences,
            outcomes.results,
            outcomes.trends,
        ),
    )
    messaging_wiring.wire(
        assembly,
        messaging_wiring.Below(
            accounts.contacts,
            accounts.mails,
            accounts.withdrawals,
            children,
            therapy.results,
            billing.subscriptions,
            audit,
        ),
        outside.alimtalk(settings, clock),
        messaging_wiring.Rules(
            QuietHours.read(settings.quiet_hours),
            days=settings.message_days,
            text_days=settings.message_text_days,
        ),
    )
    sharing_wiring.wire(
        assembly,
        audit,
        cipher,
        sharing_wiring.Below(
            accounts.api_keys,
            accounts.consent_documents,
            children,
            children_reporting,
            therapy.results,
            therapy.changes,
        ),
        outside.webhooks(settings),
        loopback=settings.webhook_loopback,
    )
    insight_wiring.wire(
        assembly,
        outside.analytics(settings),
        insight_wiring.AccountServices(
            accounts.consents,
            accounts.consent_documents,
            accounts.withdrawals,
            accounts.reporting,
            accounts.profiles,
        ),
        rate_limits,
        Limit("behaviour_events", settings.limit_behaviour_events),
    )
    crm_wiring.wire(
        assembly,
        crm_wiring.Below(
            accounts.profiles,
            accounts.withdrawals,
            children,
            accounts.reporting,
            children_reporting,
        ),
        outside.crm(settings, rate_limits),
        Language(settings.notion_language),
    )
    figures = Figures(kinds)
    release, instance = version("dodam"), f"{gethostname()}/{getpid()}"
    operations = operations_wiring.wire(
        assembly,
        audit,
        figures,
        outside.notice_board(settings, clock),
        version=release,
        instance=instance,
    )
    log_shipping = logs.shipping(settings, database_url, clock, log)
    start = Start(database, revision, catalogue.is_loaded)
    assembly.services |= {
        "start": start,
        "readiness": ReadinessCheck(
            start,
            stopping,
            database,
            figures,
            may_be_away(rate_limits, objects, log, log_shipping),
        ),
    }
    assembly.chores |= {
        "forget-delivered": ("41 3 * * *", outbox.forget_delivered),
        "forget-ended-sessions": ("47 * * * *", revocations.forget_old),
        "forget-old-jobs": ("*/5 * * * *", history.forget_old),
    }
    if settings.log_database:
        assembly.chores |= logs.chores(settings, clock)

    outbox.register(database)
    jobs = Jobs(
        database,
        kinds,
        rate_limits,
        takeover=timedelta(seconds=settings.job_takeover_seconds),
        unexpected=operations.failures.note,
    )
    for name, (cron, chore) in assembly.chores.items():
        kinds.add(f"chore:{name}", _in_transaction(database, chore), Policy())
        jobs.every(f"chore:{name}", cron, "UTC")
    guard = AccessGuard(tokens, revocations, accounts.api_keys.owner)
    return Dodam(
        database,
        application(assembly, guard, operations.failures.note, settings),
        assembly.services,
        jobs,
        catalogue,
        settings_of_game.live_settings,
        games.built_in,
        accounts.consent_documents,
        passwords,
        revocations,
        rate_limits,
        accounts.staff,
        operations,
        {name: chore for name, (_, chore) in assembly.chores.items()},
        log_shipping,
        start,
        stopping,
        partial(
            observed,
            settings,
            Watching(database, figures, log, clock),
            version=release,
            instance=instance,
        ),
    )


def _account_limits(settings: Settings) -> AccountLimits:
    return AccountLimits(
        **{
            name: Limit(name, getattr(settings, f"limit_{name}"))
            for name in AccountLimits.__struct_fields__
        }
    )


def _in_transaction(database: Database, chore: Chore) -> Perform:
    async def work(_: bytes) -> None:
        async with database.transaction() as tx:
            await chore(tx)

    return work
