"""From bytes to fields: pages, clean-up, OCR, kinds, forms, letters, cards, seals, signatures."""
