"""An S3 that moto's server plays, with buckets."""

from collections.abc import Generator
from contextlib import contextmanager

import httpx
from moto.server import ThreadedMotoServer

from dodam.adapters.buckets import BucketAccess

REGION = "ap-northeast-2"


@contextmanager
def s3_server(*buckets: str) -> Generator[str]:
    """Its URL, while the scope lasts."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        for bucket in buckets:
            make_bucket(url, bucket)
        yield url
    finally:
        server.stop()


def make_bucket(url: str, name: str) -> None:
    where = f"<LocationConstraint>{REGION}</LocationConstraint>"
    form = f"<CreateBucketConfiguration>{where}</CreateBucketConfiguration>"
    httpx.put(f"{url}/{name}", content=form).raise_for_status()


def access_to(bucket: str, endpoint: str) -> BucketAccess:
    return BucketAccess(
        bucket=bucket,
        region=REGION,
        endpoint=endpoint,
        access_key="key",
        secret_key="made up",
    )
