"""What an app's server needs to reach the stores, as files."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from dodam_sim.stores.shop import Shop


class KeyFiles(Struct, frozen=True):
    """Whom to trust (DER), and the keys to ask with (PEM, JSON)."""

    apple_root: Path
    app_store_key: Path
    service_account: Path


def write_keys(shop: Shop, urls: Mapping[str, str], folder: Path) -> KeyFiles:
    """Made anew with every world. The folder is made if it is missing; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = KeyFiles(
        folder / "SimulatedAppleRootCA.cer",
        folder / f"SubscriptionKey_{shop.app_store.key.key_id}.p8",
        folder / "service_account.json",
    )
    files.apple_root.write_bytes(shop.app_store.signer.root_certificate)
    for path, content in (
        (files.app_store_key, shop.app_store.key.file),
        (files.service_account, shop.play.account.key_file(f"{urls['play']}/token")),
    ):
        path.touch(mode=0o600)
        path.write_bytes(content)
    return files
