"""Upkeep of the object store: rolling checks, copies in a replica, repair from it."""
