"""Metrics of a process that is asked for them: shown to Prometheus, and looked at where nobody
tells of them by himself.

What is counted is declared where it happens, by way of `dodam.platform.metrics`.
"""
