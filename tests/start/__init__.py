"""Tests of the start of a client."""
