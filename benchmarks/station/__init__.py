"""How fast the pages of the station answer."""
