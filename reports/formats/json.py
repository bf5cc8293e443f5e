"""A release as JSON: the very bytes that were digested, so that anybody can check them."""

from reports.shelf import Release


def write(release: Release) -> bytes:
    """Write the frozen document, byte by byte as it was digested."""
    return release.value.encode()
