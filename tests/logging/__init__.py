"""Tests of the log: its queue, its files, and what outlives a process."""
