"""Embedded mode: a real PostgreSQL from a Python package, on a unix socket."""

import fcntl
import importlib
import logging
import subprocess
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class EmbeddedPostgresError(Exception):
    """The server cannot run; the message is one sentence for the person who started it."""


@contextmanager
def embedded_postgres(data_dir: Path) -> Generator[str]:
    """Run PostgreSQL on `data_dir` while the scope lasts; its URL.

    Raises EmbeddedPostgresError: in use by another process, or broken data.
    """
    package = _imported("embedded_postgres")
    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    data_dir.mkdir(parents=True, exist_ok=True)
    with _only_one(data_dir):
        cluster = (data_dir / "postgres").resolve()
        if cluster.exists() and any(cluster.iterdir()) and not (cluster / "PG_VERSION").exists():
            message = f"{cluster} is not a PostgreSQL data directory; move it away and start again."
            raise EmbeddedPostgresError(message)
        try:
            server: Any = package.get_server(cluster, cleanup_mode=None)
        except (subprocess.SubprocessError, OSError, AssertionError) as error:
            message = f"PostgreSQL does not start on {cluster}; its log is {cluster / 'log'}."
            raise EmbeddedPostgresError(message) from error
        try:
            yield server.get_uri()
        finally:
            package.pg_ctl(["-w", "-m", "fast", "stop"], pgdata=cluster, user=server.system_user)


def running_postgres(data_dir: Path) -> str | None:
    """The URL of the PostgreSQL that another process runs on `data_dir`, if one does."""
    running = _imported("embedded_postgres.utils").PostmasterInfo.read_from_pgdata(
        (data_dir / "postgres").resolve()
    )
    return running.get_uri() if running is not None and running.is_running() else None


def _imported(name: str) -> Any:
    with warnings.catch_warnings():
        # It looks for a run-time directory when imported, and warns where the system has none.
        warnings.simplefilter("ignore")
        return importlib.import_module(name)


@contextmanager
def _only_one(data_dir: Path) -> Generator[None]:
    with (data_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"Another dodam is running on {data_dir.resolve()}."
            raise EmbeddedPostgresError(message) from None
        yield
