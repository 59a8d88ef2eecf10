"""Papers of known layout: identity cards, licences, statements."""
