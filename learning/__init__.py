"""What a house learns from its own decisions; the only package that knows torch and transformers (extra ``train``)."""
