"""Legal holds and disposal at the archive desk."""
