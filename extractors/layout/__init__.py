"""Text of a page by place."""
