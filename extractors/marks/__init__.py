"""Everything on a page that is not text: ruled cells, seals, ink of hands."""
