"""The worlds of the journeys, for canaries."""

from tests.journeys.conftest import keys, small_world, world  # noqa: F401  pytest finds the fixtures here
