"""The queue as a desk: what is next, whose it is, and who left it for what reason."""
