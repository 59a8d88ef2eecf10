"""What a page is, and where one paper ends."""
