"""How fast the stores are asked: well within what they allow, all workers together."""

from datetime import timedelta

from dodam.platform.rate_limit import Limit
from dodam.platform.work import Lane, Policy

# Of each endpoint 50 calls a second, and 5 in the sandbox, counted by the hour; a task is a few
# calls. https://developer.apple.com/documentation/appstoreserverapi, Identifying rate limits.
APP_STORE = Lane(
    name="app_store",
    at_once=4,
    waits=timedelta(minutes=2),
    rate=Limit("app_store_tasks", "10/second"),
)
# 3,000 calls a minute of each bucket, such as subscriptions and orders; a task is one of each or
# two. https://developers.google.com/android-publisher/quotas.
GOOGLE_PLAY = Lane(
    name="google_play",
    at_once=4,
    waits=timedelta(minutes=2),
    rate=Limit("google_play_tasks", "20/second"),
)

# A message's task is patient: a store may be away for days, and is then told of by the watch.
_PATIENCE = timedelta(days=7)
HOUSE_WORK = Policy(longest_delay=timedelta(minutes=15), patience=_PATIENCE, priority=1)


def asking(lane: Lane, *, timeout: timedelta = timedelta(minutes=1), priority: int = 0) -> Policy:
    """The policy of a task that asks a store."""
    return Policy(
        lane=lane,
        timeout=timeout,
        longest_delay=timedelta(minutes=15),
        patience=_PATIENCE,
        priority=priority,
    )
