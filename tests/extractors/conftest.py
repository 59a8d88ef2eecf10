"""Settings of the tests of reading and extraction."""

from hypothesis import HealthCheck, settings

# The time of one example says nothing on a busy machine, and the first one loads libraries.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
