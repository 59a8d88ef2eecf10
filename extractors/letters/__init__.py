"""Fields of free letters."""
