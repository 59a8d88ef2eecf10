"""Prefect flows, the command line, settings, wiring: the only place where parts are put together."""
