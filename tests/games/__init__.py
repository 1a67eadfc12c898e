"""Tests of mini-games."""
