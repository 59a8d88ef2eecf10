"""Printed forms, described by the policy pack."""
