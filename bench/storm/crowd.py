"""What is to be sent: notices, welcomes to guardians with a phone, and behaviour events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID, uuid4

from dodam.features.accounts.events.phones import PhoneVerified
from dodam.features.accounts.models.consents import ConsentKind
from dodam.features.insight.models.events import BehaviourEvent, SendBehaviourEvent
from dodam.features.operations.models.notices import Level
from dodam.features.operations.service.notices import Notices
from dodam.platform.database import Database

Item = TypeVar("Item")
_TOGETHER = 1000


@dataclass(frozen=True)
class Order:
    """How much of each, how often a worker is killed, and how soon its jobs are taken over.

    The storm passes after `lasts_seconds`; without, it lasts until all is sent.
    """

    notices: int
    messages: int
    events: int
    kills: int
    kill_every_seconds: int
    takeover_seconds: int
    lasts_seconds: int | None = None


async def settle(database: Database, count: int) -> Sequence[UUID]:
    """Guardians with a verified phone, who consent to analytics; their pseudonyms."""
    accounts = [uuid4() for _ in range(count)]
    pseudonyms = [uuid4() for _ in accounts]
    names = [f"guardian{number}@dodam.example" for number in range(count)]
    phones = [f"+8210{number:08}" for number in range(10_000_000, 10_000_000 + count)]
    async with database.transaction() as tx:
        await tx.execute(
            "insert into accounts.account (id, email, email_key, name, created_at)"
            " select id, name, name, '보호자', now()"
            " from unnest($1::uuid[], $2::text[]) a(id, name)",
            accounts,
            names,
        )
        await tx.execute(
            "insert into accounts.phone (account_id, number, country, verified_at)"
            " select id, number, 'KR', now() from unnest($1::uuid[], $2::text[]) a(id, number)",
            accounts,
            phones,
        )
        await tx.execute(
            "insert into insight.person (account_id, distinct_id, consent_version, consented_at)"
            " select account, pseudonym, 1, now()"
            " from unnest($1::uuid[], $2::uuid[]) a(account, pseudonym)",
            accounts,
            pseudonyms,
        )
        for kind in (ConsentKind.TERMS, ConsentKind.PRIVACY, ConsentKind.ANALYTICS):
            await tx.execute(_CONSENT, accounts, kind)
    return pseudonyms


async def send_all(
    database: Database, notices: Notices, order: Order, pseudonyms: Sequence[UUID]
) -> None:
    """Everything at once, as fast as it can be written."""
    async with database.reading() as db:
        accounts: list[UUID] = [
            row[0] for row in await db.fetch("select account_id from accounts.phone")
        ]
    for some in _lots(accounts):
        async with database.transaction() as tx:
            for account_id in some:
                await tx.publish(PhoneVerified(account_id=account_id))
    for some in _lots(range(order.notices)):
        async with database.transaction() as tx:
            for number in some:
                await notices.tell(tx, Level.INFO, f"Storm {number}", "A line of the storm. " * 3)
    at = datetime.now(UTC)
    for some in _lots(range(order.events)):
        async with database.transaction() as tx:
            await tx.enqueue(
                *(
                    SendBehaviourEvent(
                        event=BehaviourEvent(
                            pseudonyms[number % len(pseudonyms)],
                            uuid4(),
                            "game_opened",
                            at,
                            {"start": "cold"},
                        )
                    )
                    for number in some
                )
            )


def _lots(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), _TOGETHER):
        yield items[start : start + _TOGETHER]


_CONSENT = """
insert into accounts.consent (id, account_id, kind, version, given, at)
select gen_random_uuid(), id, $2, 1, true, now() from unnest($1::uuid[]) a(id)
"""
