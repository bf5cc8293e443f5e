"""Templates are compiled once a run: every test opens its own application, and all have the same pages."""

from types import CodeType
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache


class Kept(BytecodeCache):
    """What was compiled, by template and by the digest of its source."""

    _codes: ClassVar[dict[tuple[str, str], CodeType]] = {}

    def load_bytecode(self, bucket: Any) -> None:
        """Give what another application compiled."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Any) -> None:
        """Keep it for the next."""
        self._codes[bucket.key, bucket.checksum] = bucket.code


def keep() -> None:
    """Let every application of this run use what others compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Kept()}
