"""What is the same in every test is found out once a run.

Every test opens an application and a store of its own; what a library works out anew for each, though it comes
out the same, is kept: how templates are compiled, how addresses are written, how statements are spelt. Nothing
of the product is replaced, and nothing is kept that a test could change.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from types import CodeType
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule

_STATEMENTS = 2000
_Builder = Callable[..., tuple[str, str]]


def keep() -> None:
    """Let every application and every store of this run use what others found out."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
    _keep_addresses()
    _keep_rules()
    _keep_statements()


class _Templates(BytecodeCache):
    """What was compiled, by template and by the digest of its source."""

    _codes: ClassVar[dict[tuple[str, str], CodeType]] = {}

    def load_bytecode(self, bucket: Any) -> None:
        """Give what another application compiled."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Any) -> None:
        """Keep it for the next."""
        self._codes[bucket.key, bucket.checksum] = bucket.code


def _keep_addresses() -> None:
    """A function that writes an address hangs on nothing but the rule; where values are preset it is made anew."""
    known: dict[tuple[Any, ...], _Builder] = {}
    make = Rule._compile_builder

    def kept(rule: Rule, append_unknown: bool = True) -> _Builder:  # noqa: FBT001, FBT002  as its maker has it
        if rule.defaults:
            return make(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in known:
            known[key] = make(rule, append_unknown)
        return known[key]

    Rule._compile_builder = kept  # type: ignore[method-assign]


def _keep_rules() -> None:
    """How an address is read hangs on nothing but how it is spelt, where no map has converters of its own."""
    known: dict[str, tuple[list[Any], list[Any], dict[str, Any]]] = {}
    parse = Rule._parse_rule

    def kept(rule: Rule, spelt: str) -> Iterable[Any]:
        if rule.map is None or rule.map.converters != Map.default_converters:
            return parse(rule, spelt)
        if spelt not in known:
            before, converters = len(rule._trace), set(rule._converters)
            parts = list(parse(rule, spelt))
            found = {name: one for name, one in rule._converters.items() if name not in converters}
            known[spelt] = parts, rule._trace[before:], found
            return parts
        parts, trace, found = known[spelt]
        rule._trace += trace
        rule._converters |= found
        rule.arguments |= found.keys()
        return parts

    Rule._parse_rule = kept  # type: ignore[method-assign]


class _Spelt:
    """How statements are spelt in one kind of database: the names of the databases do not matter to it."""

    def __init__(self) -> None:
        self._known: LRUCache[Any, Any] = LRUCache(_STATEMENTS)

    def get(self, key: tuple[Any, ...]) -> Any:
        return self._known.get(key[1:])

    def __setitem__(self, key: tuple[Any, ...], spelt: Any) -> None:
        self._known[key[1:]] = spelt


def _keep_statements() -> None:
    known: dict[str, _Spelt] = defaultdict(_Spelt)
    make = Engine.__init__

    def kept(engine: Engine, *given: Any, **named: Any) -> None:
        make(engine, *given, **named)
        engine._compiled_cache = known[engine.dialect.name]  # type: ignore[assignment]

    Engine.__init__ = kept  # type: ignore[method-assign]
