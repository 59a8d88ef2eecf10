"""The papers of one case together."""
