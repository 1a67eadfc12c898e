"""`python -m bench.app_store`: what it costs to believe what the App Store signed.

Without online checks, which take two requests to Apple every 15 minutes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from statistics import median
from time import process_time
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from dodam.adapters.app_store.store import AppleAppStore
from dodam.adapters.app_store.verifying import SignedData
from dodam.features.billing.errors.stores import ForgedMessage
from dodam_sim.stores.apple.chain import Chain
from dodam_sim.stores.apple.signing import Signer

ROUNDS = 7
EACH = 200
_APP: dict[str, Any] = {"bundleId": "example.dodam", "environment": "Production"}
_SIGNED = 1_773_835_200_000
_TRANSACTION = _APP | {
    "originalTransactionId": "1",
    "transactionId": "1",
    "productId": "dodam.month",
    "type": "Auto-Renewable Subscription",
    "purchaseDate": _SIGNED,
    "expiresDate": _SIGNED + 2_678_400_000,
    "signedDate": _SIGNED,
}
_RENEWAL = _APP | {"originalTransactionId": "1", "autoRenewStatus": 1, "signedDate": _SIGNED}


def main() -> None:
    apple = Signer(Chain.new())
    signed = SignedData([apple.root_certificate], "example.dodam", 1, online_checks=False)
    store = AppleAppStore(signed, {})
    data = _APP | {
        "appAppleId": 1,
        "signedTransactionInfo": apple.sign(_TRANSACTION),
        "signedRenewalInfo": apple.sign(_RENEWAL),
    }
    head = {"notificationType": "DID_RENEW", "notificationUUID": "1", "signedDate": _SIGNED}
    transaction, message = apple.sign(_TRANSACTION), apple.sign(head | {"data": data})
    tampered = f"{message[:-4]}AAAA"
    table = Table("what", "ms of a processor", box=box.MARKDOWN)
    for what, read in {
        "a transaction": lambda: store.read_transaction(transaction),
        "a notification with both its parts": lambda: store.read_notification(message),
        "a forged notification": lambda: _refused(store.read_notification(tampered)),
    }.items():
        table.add_row(what, f"{asyncio.run(_milliseconds(read)):.2f}")
    Console().print(table)


async def _milliseconds(read: Callable[[], Awaitable[Any]]) -> float:
    rounds: list[float] = []
    for _ in range(ROUNDS):
        started = process_time()
        for _ in range(EACH):
            await read()
        rounds.append((process_time() - started) / EACH * 1000)
    return median(rounds)


async def _refused(read: Awaitable[Any]) -> None:
    try:
        await read
    except ForgedMessage:
        return
    raise AssertionError("a forged message was believed")


if __name__ == "__main__":
    main()
