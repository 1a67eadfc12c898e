"""A15: the first admin, invited from the command line of a running system."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import httpx
from pyotp.totp import TOTP

from .conftest import DODAM, Start


def _invite(data_dir: Path, email: str, name: str = "이서연") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [DODAM, "invite-admin", email, "--name", name, "--data-dir", str(data_dir / "d")],
        capture_output=True,
        text=True,
        check=False,
    )


def test_A15_an_operator_invites_the_first_admin_who_joins(start: Start, data_dir: Path) -> None:
    server = start(data_dir)
    server.wait_until_ready()
    done = _invite(data_dir, "first.admin@dodam.example")
    assert done.returncode == 0, done.stderr
    token = done.stdout.strip().partition("?token=")[2]
    with httpx.Client(base_url=f"{server.url}/v1", timeout=30) as http:
        secret = http.post("/staff/enrolment", json={"token": token}).json()["secret"]
        form = {
            "token": token,
            "password": "seven lamps on the pier",
            "code": TOTP(secret).at(datetime.now(UTC)),
        }
        answer = http.post("/staff/join", json=form)
        assert answer.status_code == 200, answer.text
        http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        [member] = http.get("/staff/members").json()
        assert (member["email"], member["roles"]) == ("first.admin@dodam.example", ["admin"])
    for email, name in (("no address", "이서연"), ("second.admin@dodam.example", " ")):
        refused = _invite(data_dir, email, name)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "Traceback" not in refused.stderr


def test_A15_without_a_database_nobody_is_invited(data_dir: Path) -> None:
    refused = _invite(data_dir, "first.admin@dodam.example")
    assert refused.returncode == 2
    assert "DODAM_DATABASE_URL" in refused.stderr
