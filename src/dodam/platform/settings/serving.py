"""What an operator may choose of a process: where it serves, and what it works on."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from dodam.platform.settings.types import BaseUrl


class ServingSettings(BaseSettings):
    host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(
        default=8000, description="Port of the API."
    )
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s?#]*[^\s?#/]$")] | None = Field(
        default=None,
        description="Where links in mails lead: to `/verify-email`, `/reset-password` and "
        "`/staff/join` there; by default to this server's own pages.",
    )
    data_dir: Path = Field(
        default=Path(".dodam"),
        description="Where embedded mode keeps its database and where signing keys lie.",
    )
    database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL URL; without one, `dodam up` starts its own server."
    )
    database_pool_size: Annotated[int, Field(ge=6, le=200)] = Field(
        default=10,
        description="Connections to PostgreSQL of one process, for requests and background work.",
    )
    valkey_url: SecretStr | None = Field(
        default=None,
        description="Valkey or Redis URL, which several instances need to count rate limits "
        "together; one counts for itself.",
    )
    s3_bucket: str = Field(
        default="",
        description="Bucket that images and videos are kept in; without one they are in "
        "DATA_DIR/media, which several instances then have to share.",
    )
    s3_region: str = Field(default="", description="Region of the bucket.")
    s3_endpoint: BaseUrl | None = Field(
        default=None, description="Where S3 is spoken, if not at Amazon: MinIO, Ceph, NCP."
    )
    s3_access_key: str = Field(
        default="",
        description="Access key id for the bucket. Both or none: without them the machine's own "
        "rights are used (its role, or `AWS_…`).",
    )
    s3_secret_key: SecretStr | None = Field(
        default=None, description="Secret key of the access key."
    )
    media_video_megabytes: Annotated[int, Field(ge=10, le=5000)] = Field(
        default=500, description="Largest video that may be uploaded, in MB."
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses of the proxies whose X-Forwarded-For is believed, with commas.",
    )
    job_takeover_seconds: Annotated[int, Field(ge=3, le=600)] = Field(
        default=30,
        description="Seconds without a sign of life from a worker after which another takes over "
        "its jobs.",
    )
    drain_seconds: Annotated[int, Field(ge=1, le=300)] = Field(
        default=20, description="How long a stop waits for requests and jobs under way."
    )
    stop_delay_seconds: Annotated[int, Field(ge=0, le=120)] = Field(
        default=0,
        description="How long a process that is to stop still takes requests while it says that "
        "it is not ready: as long as a load balancer needs to notice.",
    )
    world_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8100,
        description="Port of the simulated world outside, which `dodam up` starts for the services "
        "that are not set up; 0 takes any.",
    )
    world_smtp_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8125, description="Port of that world's mail server; 0 takes any."
    )
