"""Pages with known truth, kept apart from everything that the readers were built or tuned with (see README.md)."""
