"""The macros of a template, each result kept by what the macro reads of its argument: many lines of mails say the same.

What a macro reads is found in its text, so an edited macro is remembered rightly too.
"""

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from jinja2 import nodes

from engine.mail.facts import Line

KEPT = 20_000
"""Results of one macro that are kept; then it begins anew."""

METHODS = {"tells": "news"}
"""What a method of a line looks at."""

FIELDS = frozenset(field.name for field in fields(Line))


class Remembered:
    """Macros as attributes. Those of one line are remembered; the others are as they were."""

    def __init__(self, module: Any, tree: nodes.Template) -> None:  # noqa: ANN401  a module of Jinja's
        macros = {macro.name: macro for macro in tree.find_all(nodes.Macro)}
        for name, macro in macros.items():
            plain = getattr(module, name)
            read = _read(macro, macros)
            setattr(self, name, _remembering(plain, sorted(read)) if len(macro.args) == 1 and read else plain)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """There is no such macro."""
        raise AttributeError(name)


def _read(macro: nodes.Macro, macros: dict[str, nodes.Macro]) -> set[str]:
    """The fields of a line that a macro reads, by itself and by those it calls; none where it reads anything else."""
    names = {METHODS.get(node.attr, node.attr) for node in macro.find_all(nodes.Getattr)}
    for call in macro.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in macros:
            called = _read(macros[call.node.name], macros)
            if not called:
                return set()
            names |= called
    return names if names <= FIELDS else set()


def _remembering(macro: Callable[[Any], str], read: list[str]) -> Callable[[Any], str]:
    key_of = attrgetter(*read)
    kept: dict[Any, str] = {}

    def remembered(line: Any) -> str:  # noqa: ANN401
        key = key_of(line)
        said = kept.get(key)
        if said is None:
            if len(kept) >= KEPT:
                kept.clear()
            said = kept[key] = macro(line)
        return said

    return remembered
