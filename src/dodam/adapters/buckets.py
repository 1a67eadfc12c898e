"""Buckets that speak S3 (obstore)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from obstore.store import S3Store

if TYPE_CHECKING:
    from obstore.store import S3Config


class BucketAccess(Struct, frozen=True, kw_only=True):
    """Without an endpoint, Amazon's; without keys, those of the machine: its role, or `AWS_…`."""

    bucket: str
    region: str
    endpoint: str | None
    access_key: str | None
    secret_key: str | None


def bucket_store(access: BucketAccess) -> S3Store:
    config: S3Config = {"region": access.region}
    if access.endpoint is not None:
        config["endpoint"] = access.endpoint
    if access.access_key is not None and access.secret_key is not None:
        config |= {"access_key_id": access.access_key, "secret_access_key": access.secret_key}
    return S3Store(
        access.bucket,
        config=config,
        client_options={
            "allow_http": (access.endpoint or "").startswith("http://"),
            "connect_timeout": timedelta(seconds=3),
            "timeout": timedelta(seconds=60),
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=15)},
    )
