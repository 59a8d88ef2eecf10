"""The station under load: queue, next case, many reviewers at once."""
