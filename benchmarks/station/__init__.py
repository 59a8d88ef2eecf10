"""The station under load: queue, next case, many reviewers; key strokes and seconds of a scripted one; frames."""
