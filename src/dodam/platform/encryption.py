"""Secrets kept for later use, encrypted at rest (Fernet: AES-128-CBC with HMAC-SHA256)."""

from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from dodam.platform.key_files import key_files


class Cipher:
    """Encrypts with the newest key and reads what any key of the deployment encrypted."""

    def __init__(self, keys: list[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in reversed(keys)])

    @classmethod
    def load(cls, folder: Path) -> "Cipher":
        """Read every `*.fernet` of `folder` in the order of names; make one if there is none."""
        return cls(key_files(folder, "fernet", Fernet.generate_key))

    def seal(self, secret: str) -> bytes:
        return self._fernet.encrypt(secret.encode())

    def reveal(self, sealed: bytes) -> str:
        """Raises `cryptography.fernet.InvalidToken` for what no key of ours sealed."""
        return self._fernet.decrypt(sealed).decode()
