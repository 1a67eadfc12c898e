"""The job queue: PgQueuer 1.6.0's own schema (`pgqueuer --schema jobs sql install`)."""

import re
from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for statement in re.split(r";\n\n(?=CREATE)", script.strip()):
        op.execute(statement)
