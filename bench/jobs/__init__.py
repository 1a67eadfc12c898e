"""The queue beside BullMQ, in one run: `python -m bench.jobs [--short]`."""
