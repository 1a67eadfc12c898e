"""One path for everything that is logged.

structlog, libraries' records, requests
  -> lines.py       what a line is, and how much it matters
  -> masking        always on; what a line holds is masked before it waits anywhere
  -> log.py         the one place that lines are handed to
  -> a queue in memory that never blocks, bounded by bytes
  -> a thread that writes them to the console and to segments on disk, synced together
  -> from the segments to PostgreSQL and to object storage; they are acknowledged only there
"""
