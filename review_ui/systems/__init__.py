"""Other systems: tokens, uploads, lists and webhooks of the JSON interface, and the pages that manage them."""
