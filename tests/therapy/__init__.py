"""Tests of therapy."""
