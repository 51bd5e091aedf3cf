"""The former name of tests.jobs.helpers, for modules that still import `until` from here."""

from tests.jobs.helpers import until

__all__ = ["until"]
