"""What the papers say: scenarios, phrases, and complaints composed of them."""
