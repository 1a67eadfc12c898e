"""What a command is given: the environment's settings, and a database."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from dodam.platform.embedded import running_postgres
from dodam.platform.logging.console import configure_logging
from dodam.platform.settings import Settings

CONSOLE = Console(stderr=True)
DataDir = Annotated[Path | None, typer.Option(help="Data directory (DODAM_DATA_DIR).")]


def given_settings(*, port: int | None = None, data_dir: Path | None = None) -> Settings:
    """The environment's settings, with what the command line says instead."""
    given: dict[str, Any] = {"port": port, "data_dir": data_dir}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    configure_logging(settings.log_level, as_json=settings.log_json)
    return settings


def given_database(settings: Settings) -> str:
    """The URL that was set; without one the command ends."""
    if settings.database_url is None:
        CONSOLE.print("Set DODAM_DATABASE_URL, or use `dodam up` for a database of its own.")
        raise typer.Exit(2)
    return settings.database_url.get_secret_value()


def running_database(settings: Settings) -> str:
    """The same, or the URL of the database that a running `dodam up` keeps."""
    running = running_postgres(settings.data_dir) if settings.database_url is None else None
    return running or given_database(settings)
