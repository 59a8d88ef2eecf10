"""Second keying and audit samples: what one person answers without seeing what another, or the machine, said."""
