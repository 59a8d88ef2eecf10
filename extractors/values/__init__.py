"""From words to a value: normal form, checks, probability."""
