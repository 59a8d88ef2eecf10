"""Measurements of the archive: finding, storing, proving."""
