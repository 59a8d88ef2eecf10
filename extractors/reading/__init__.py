"""From a file to an upright, straight, read page with its quality."""
