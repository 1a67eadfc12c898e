"""Thin processes: the command line, the API, the worker, and everything in one (`up`)."""
