"""Tests, by what they show."""
