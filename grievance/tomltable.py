"""Reads a table that people wrote, key by key, and says of every mistake where it is and what would be right.

Every reader takes the key away from the table; `done` refuses what is left, so that a misspelt key is never
silently the default.
"""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from grievance.errors import Misconfigured


class Table:
    """One table of a TOML (or JSON) document, with the place where it stands."""

    def __init__(self, values: Mapping[str, Any], where: str = "") -> None:
        self._values = dict(values)
        self._where = where

    def at(self, key: str) -> str:
        """The full name of a key, as a person finds it in the file."""
        return f"{self._where}.{key}" if self._where else key

    def wrong(self, key: str, got: object, right: str) -> Misconfigured:
        """The refusal of a value, to be raised by whoever knows why it is wrong."""
        return Misconfigured(f"{self.at(key)}: got {got!r}; right would be {right}")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there and say something."""
        value = self._take(key, default, "some text")
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(key, value, "some text in quotes")
        return value

    def word(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """One of a closed list of words."""
        value = self._take(key, default, "one of " + ", ".join(choices))
        if value not in choices:
            raise self.wrong(key, value, "one of " + ", ".join(choices))
        return str(value)

    def number(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        """A whole number, not below `least`."""
        value = self._take(key, default, f"a whole number from {least}")
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.wrong(key, value, f"a whole number from {least}")
        return value

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """True or false."""
        value = self._take(key, default, "true or false")
        if not isinstance(value, bool):
            raise self.wrong(key, value, "true or false, without quotes")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts; without a default it must have at least one."""
        value = self._take(key, default, "a list of texts")
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) and item for item in value):
            raise self.wrong(key, value, 'a list of texts such as ["es", "en"]')
        if default is None and not value:
            raise self.wrong(key, [], "at least one")
        if len(set(value)) != len(value):
            raise self.wrong(key, list(value), "each one once")
        return tuple(value)

    def names(self, key: str) -> Mapping[str, str]:
        """The same name in several languages, language code to text; nobody can change it afterwards."""
        right = 'names such as { es = "Agua", en = "Water" }'
        value = self._take(key, None, right)
        if not isinstance(value, Mapping) or not value:
            raise self.wrong(key, value, right)
        names = {str(language): name for language, name in value.items() if isinstance(name, str) and name}
        if len(names) != len(value):
            raise self.wrong(key, value, right)
        return MappingProxyType(names)

    def table(self, key: str) -> "Table":
        """A table inside this one; empty when it is not there."""
        value = self._values.pop(key, {})
        if not isinstance(value, Mapping):
            raise self.wrong(key, value, f"a table [{self.at(key)}]")
        return Table(value, self.at(key))

    def tables(self, key: str) -> Iterator["Table"]:
        """A list of tables, each told apart by its own `key` or `name` where it has one."""
        value = self._values.pop(key, [])
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, Mapping) for item in value):
            raise self.wrong(key, value, f"tables, each headed [[{self.at(key)}]]")
        for position, item in enumerate(value, start=1):
            label = item.get("key") or item.get("name") or position
            yield Table(item, f"{self.at(key)}[{label}]")

    def left(self) -> tuple[str, ...]:
        """The keys nobody asked for yet."""
        return tuple(self._values)

    def peek(self, key: str) -> object:
        """A value that stays where it is, or None."""
        return self._values.get(key)

    def take(self, key: str) -> object:
        """Any value at all, for a reader that checks it itself."""
        return self._values.pop(key)

    def done(self) -> None:
        """Refuses keys that nobody asked for.

        Raises:
            Misconfigured: naming them.
        """
        if self._values:
            unknown = ", ".join(self.at(key) for key in self._values)
            raise Misconfigured(
                f"{unknown}: no such setting; right would be to correct the spelling or take it out"
            )

    def _take(self, key: str, default: object, right: str) -> object:
        if key in self._values:
            return self._values.pop(key)
        if default is None:
            raise Misconfigured(f"{self.at(key)}: missing; right would be {right}")
        return default
