"""Tests of results, dose and adherence."""
