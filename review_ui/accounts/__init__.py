"""Sign-in, own password, and the administration of accounts."""
