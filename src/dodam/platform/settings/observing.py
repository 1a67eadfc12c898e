"""What an operator may choose of logs, metrics and traces."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from dodam.platform.settings.types import BaseUrl


class ObservingSettings(BaseSettings):
    log_level: str = Field(default="INFO", description="Lowest level that is logged.")
    log_json: bool = Field(
        default=False, description="One JSON object a line instead of coloured text."
    )
    log_requests: bool = Field(
        default=True, description="Whether each request is a line of the log."
    )
    log_files: bool = Field(
        default=True,
        description="Whether lines are written to DATA_DIR/logs, from which they go to the "
        "database and to the bucket; else they are on the console only.",
    )
    log_flush_ms: Annotated[int, Field(ge=10, le=10_000)] = Field(
        default=200,
        description="Most milliseconds between a line and its being safe on disk; what a killed "
        "process may lose.",
    )
    log_queue_megabytes: Annotated[int, Field(ge=1, le=1024)] = Field(
        default=16,
        description="Memory for lines that the disk does not take, in MB; then the least "
        "important are dropped and counted.",
    )
    log_file_megabytes: Annotated[int, Field(ge=1, le=1024)] = Field(
        default=64, description="Size from which a log file is compressed and a new one begun, MB."
    )
    log_files_months: Annotated[int, Field(ge=1, le=120)] = Field(
        default=3, description="Months that log files stay on this machine."
    )
    log_files_gigabytes: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=5, description="Room for log files on this machine, in GB; the oldest go first."
    )
    log_database: bool = Field(
        default=True, description="Whether lines go to the database, where they can be searched."
    )
    log_database_months: Annotated[int, Field(ge=1, le=120)] = Field(
        default=12, description="Months that lines stay in the database."
    )
    log_bucket: str = Field(
        default="",
        description="Bucket that lines are archived in, at the same S3 as images and videos. Both "
        "or none.",
    )
    log_bucket_region: str = Field(default="", description="Region of that bucket.")
    log_archive_seconds: Annotated[int, Field(ge=5, le=86_400)] = Field(
        default=300, description="Most seconds between a line and its being put into the bucket."
    )
    metrics_host: str = Field(
        default="127.0.0.1", description="Address that metrics are served on, for Prometheus."
    )
    metrics_port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        default=None,
        description="Port of the metrics; 0 takes any, none: nothing is measured. Each process "
        "of a machine needs its own.",
    )
    slow_query_ms: Annotated[int, Field(ge=1, le=60_000)] = Field(
        default=500, description="Milliseconds from which a statement is logged as slow."
    )
    otlp_endpoint: BaseUrl | None = Field(
        default=None,
        description="OpenTelemetry collector (OTLP over HTTP) that traces go to; none: nothing "
        "is traced.",
    )
    trace_share: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.1, description="Share of requests that are traced."
    )
