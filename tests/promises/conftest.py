"""The worlds of the journeys, for promises. What a later issue brings is a strict xfail with the promise's number."""

from tests.journeys.conftest import keys, small_world, world  # noqa: F401  pytest finds the fixtures here
