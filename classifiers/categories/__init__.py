"""Ways to tell the category of a complaint: a pack's terms, and a checkpoint that a house trained on."""
