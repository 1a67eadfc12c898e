"""Adapters, against the simulated services they speak to."""
