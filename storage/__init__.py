"""Originals, database, search, archive log, retention."""
