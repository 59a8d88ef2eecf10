"""Retention, legal holds, disposal lists and destruction of cases."""
