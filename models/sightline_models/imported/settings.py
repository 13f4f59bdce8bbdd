"""Numbers and words of a config.json, with the defaults that Transformers leaves out when it writes one."""

from __future__ import annotations


class Settings:
    def __init__(self, given: dict, defaults: dict):
        self._values = {**defaults, **{key: value for key, value in given.items() if value is not None}}

    def has(self, name: str) -> bool:
        return name in self._values

    def whole(self, name: str) -> int:
        value = self._values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1 << 24:
            raise self._wrong(name, "a whole number above 0")
        return value

    def token(self, name: str) -> int:
        value = self._values.get(name)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(name, "the id of one token")
        return value

    def number(self, name: str) -> float:
        value = self._values.get(name)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise self._wrong(name, "a number")
        return float(value)

    def word(self, name: str) -> str:
        value = self._values.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "a word")
        return value

    def expect(self, name: str, *allowed: object) -> None:
        """That a setting is what the layers here compute; a missing one is."""
        value = self._values.get(name, allowed[0])
        if value not in allowed:
            raise SystemExit(f"config.json has {name} {value!r}, which is not computed here ({allowed[0]!r} is). Choose another model.")

    def _wrong(self, name: str, wanted: str) -> SystemExit:
        return SystemExit(f"config.json has {name} {self._values.get(name)!r} where {wanted} is needed. Copy the model's own config.json.")
