"""Where an office's templates run: Jinja's sandbox, narrowed to what is listed, with a budget that really ends.

Every loop, macro, filter and printed value takes from the budget of the message; nothing can become longer than
`TEXT_LIMIT` or `LIST_LIMIT` on the way. So a template stops by its own doing, the same on every machine.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from datetime import date
from functools import cached_property, wraps
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

from jinja2 import (
    StrictUndefined,
    Template,
    TemplateSyntaxError,
    Undefined,
    filters,
    nodes,
    pass_context,
    pass_eval_context,
)
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.loaders import FunctionLoader
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.mail.grammar import LOOP, Vocabulary, faults_of_tree, metered

TEXT_LIMIT = 100_000
"""Characters of any one value."""

LIST_LIMIT = 10_000
CALLS_LIMIT = 30
"""Macros within macros."""

WORK = 200_000
WORK_A_LINE = 10_000
"""What a message may cost, and what each of its lines adds; the shipped templates take about a tenth of it."""

FORMAT = re.compile(r"%(?:s|%|0?[1-9]?d)")
TESTS = ("defined", "undefined", "none", "eq", "ne", "lt", "le", "gt", "ge", "in", "odd", "even", "string", "number")
SHIPPED = ("capitalize", "default", "first", "last", "length", "list", "lower", "map", "rejectattr", "selectattr",
           "sort", "truncate", "unique", "upper")  # fmt: skip
"""Jinja's own filters that stay; what they take and give is bounded."""

_left: ContextVar[list[int]] = ContextVar("left")


class OverBudgetError(SecurityError):
    """A template did more than one message may cost."""


@contextmanager
def budget(lines: int) -> Iterator[None]:
    """The budget of one message with so many lines; within it templates of the sandbox may run."""
    token = _left.set([WORK + WORK_A_LINE * lines])
    try:
        yield
    finally:
        _left.reset(token)


def spend(units: int) -> None:
    """Take that much of the budget.

    Raises:
        OverBudgetError: nothing is left of it.
    """
    left = _left.get([0])  # outside of any message nothing may run
    left[0] -= units
    if left[0] < 0:
        raise OverBudgetError("mẫu lặp hoặc ghép chữ quá nhiều")


class Spoken:
    """A macro of the words, which a layout may call and do nothing else with."""

    __slots__ = ("_macro",)

    def __init__(self, macro: Callable[..., str]) -> None:
        self._macro = macro

    def __call__(self, *args: Any, **named: Any) -> str:  # noqa: ANN401  a macro's own
        """What it says."""
        return self._macro(*args, **named)


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment for templates that an office wrote.

    Args:
        texts: name → template.
        given: the classes whose declared fields, properties and methods templates may use.
        own: filters beyond those of `SHIPPED`, as the shipped templates have them.
        variables: name → the names that template is given.
        macros: those of the words, with the number of their arguments.
        words: what else than a module may hold them.
    """

    intercepted_binops = frozenset({"+", "-"})

    def __init__(  # noqa: PLR0913  each names one thing that a template may reach
        self,
        texts: Mapping[str, str],
        *,
        given: Sequence[type],
        own: Mapping[str, Callable[..., Any]],
        variables: Mapping[str, Sequence[str]],
        macros: Mapping[str, int],
        words: Sequence[type],
        escaped: bool,
    ) -> None:
        super().__init__(
            loader=FunctionLoader(lambda name: (texts[name], name, None) if name in texts else None),
            autoescape=escaped,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,
            finalize=_printed,
        )
        self.globals.clear()
        jinjas: Mapping[str, Any] = filters.FILTERS
        kept = {name: bounded(jinjas[name]) for name in SHIPPED}
        ours: dict[str, Callable[..., Any]] = {"join": _join, "format": _format, "trim": _trim}
        self.filters = {**kept, **{name: bounded(one) for name, one in {**ours, **own}.items()}}
        self.public_filters = frozenset(self.filters)
        self.filters |= {"_each": _each, "_spend": _spend}
        self.tests = {name: self.tests[name] for name in TESTS}
        self.given = {one: (attributes_of(one), methods_of(one)) for one in given}
        self._variables, self._macros, self._words = variables, macros, (TemplateModule, *words)

    def vocabulary(self, name: str) -> Vocabulary:
        """What the template of that name may use."""
        return Vocabulary(
            frozenset(self._variables[name]),
            frozenset().union(*(attributes for attributes, _ in self.given.values())),
            frozenset().union(*(methods for _, methods in self.given.values())),
            self.public_filters,
            frozenset(TESTS),
            self._macros,
        )

    def _generate(self, source: nodes.Template, name: str | None, *more: Any, **named: Any) -> str:  # noqa: ANN401
        faults = faults_of_tree(source, self.vocabulary(name or ""))
        if faults:
            raise TemplateSyntaxError(faults[0].what, faults[0].line, name)
        with budget(0):  # constants are worked out while a template is compiled
            return super()._generate(metered(source), name, *more, **named)

    # -- what may be reached -------------------------------------------------------------------------------------------

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401  any value of a template
        """A declared field, property or method of what was given; nothing of anything else."""
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)
        if isinstance(obj, self._words):
            macro = vars(obj).get(attribute) if attribute in self._macros else None
            return Spoken(macro) if callable(macro) else self.undefined(obj=obj, name=attribute)
        attributes, methods = self.given.get(type(obj), ((), ()))
        if attribute in attributes or attribute in methods or (isinstance(obj, LoopContext) and attribute in LOOP):
            return getattr(obj, attribute)
        return self.unsafe_undefined(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401
        """An item of a list or a dict; of anything else what `getattr` gives."""
        if type(obj) in {dict, list, tuple}:
            try:
                return obj[argument]
            except (TypeError, LookupError):
                return self.undefined(obj=obj, name=argument)
        return self.getattr(obj, str(argument))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401, ARG002
        """Nothing beyond `getattr`, whoever asks."""
        return attr in self.given.get(type(obj), ((), ()))[0]

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401
        """Macros, and the declared methods of what was given."""
        if isinstance(obj, MethodType):
            return obj.__func__.__name__ in self.given.get(type(obj.__self__), ((), ()))[1]
        return isinstance(obj, Macro | Spoken)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, N805
        """Call what may be called, not too deep."""
        spend(1)
        depth = __self._depth.get()
        if depth >= CALLS_LIMIT:
            raise OverBudgetError("macro gọi nhau quá sâu")
        token = __self._depth.set(depth + 1)
        try:
            return super().call(__context, __obj, *args, **kwargs)
        finally:
            __self._depth.reset(token)

    _depth: ContextVar[int] = ContextVar("depth", default=0)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        """Sums of numbers; texts and lists put together, as long as they stay short."""
        number = isinstance(left, int) and isinstance(right, int)
        joined = operator == "+" and any(isinstance(left, kind) and isinstance(right, kind) for kind in (str, list))
        if joined:
            spend(1 + _checked_length(len(left) + len(right), left) // 16)
        elif not number and not isinstance(left, Undefined) and not isinstance(right, Undefined):
            raise SecurityError(f"phép {operator} không dùng được với hai giá trị này")
        return super().call_binop(context, operator, left, right)


def place_of(error: BaseException) -> tuple[str, int]:
    """The template and the line in which something went wrong; empty and 0 where no template was at work."""
    if isinstance(error, TemplateSyntaxError):
        return error.name or "", error.lineno
    found, trace = ("", 0), error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            found = template.name or "", template.get_corresponding_lineno(trace.tb_lineno)
        elif "__jinja_exception__" in trace.tb_frame.f_globals:  # the trace as Jinja rewrote it
            found = Path(trace.tb_frame.f_globals["__file__"]).name, trace.tb_lineno
        trace = trace.tb_next
    return found


def attributes_of(given: type) -> frozenset[str]:
    """The fields and properties that a dataclass declares."""
    properties = {name for name, value in vars(given).items() if isinstance(value, property | cached_property)}
    return frozenset(name for name in {*(field.name for field in fields(given)), *properties} if name[0] != "_")


def methods_of(given: type) -> frozenset[str]:
    """The methods that a dataclass declares."""
    return frozenset(name for name, one in vars(given).items() if isinstance(one, FunctionType) and name[0] != "_")


def bounded(filtering: Callable[..., Any]) -> Callable[..., Any]:
    """The same filter, taking from the budget by the size of what it is given and refusing to give too much."""
    place = 1 if hasattr(filtering, "jinja_pass_arg") else 0

    @wraps(filtering)
    def filtered(*args: Any, **named: Any) -> Any:  # noqa: ANN401  any filter
        value = args[place]
        spend(1 + _checked(value) // 16)
        given = filtering(*args, **named)
        if isinstance(given, Iterator):
            given = list(given)
        _checked(given)
        return given

    return filtered


def _checked(value: Any) -> int:  # noqa: ANN401
    """The length of a value, where it has one and is not too long."""
    return _checked_length(len(value), value) if isinstance(value, str | list | tuple | dict) else 0


def _checked_length(length: int, like: Any) -> int:  # noqa: ANN401
    if length > (TEXT_LIMIT if isinstance(like, str) else LIST_LIMIT):
        raise OverBudgetError("một giá trị trở nên quá dài")
    return length if isinstance(like, str) else 16 * length


def _printed(value: Any) -> Any:  # noqa: ANN401
    """What `{{ … }}` prints: words and numbers. Anything else would show how the program writes it."""
    if isinstance(value, Undefined):
        return value
    if isinstance(value, date):
        raise SecurityError("ngày phải in bằng bộ lọc day hoặc weekday")
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise SecurityError("giá trị này không phải chữ hay số nên không in ra được")
    spend(1 + (_checked(value) // 16))
    return value


@pass_context
def _each(_context: Context, value: Any, cost: int) -> Any:  # noqa: ANN401
    """What a loop runs over, paid for before it begins."""
    if isinstance(value, Undefined):
        return value
    if not isinstance(value, list | tuple | dict):
        raise SecurityError("vòng lặp chỉ chạy được trên một danh sách")
    _checked(value)
    spend(cost * len(value))
    return value


@pass_context
def _spend(_context: Context, cost: int) -> str:
    spend(cost)
    return ""


@pass_eval_context
def _join(context: EvalContext, value: Any, between: str = "") -> str:  # noqa: ANN401
    """The values put together, with something between them."""
    if not isinstance(value, list | tuple):
        raise SecurityError("join chỉ dùng với danh sách")
    items = [_printed(one) for one in value]
    _checked_length(sum(len(str(one)) for one in items) + len(str(between)) * len(items), "")
    joined: str = filters.do_join(context, items, between)
    return joined


def _format(value: str, *args: Any) -> str:  # noqa: ANN401
    """`"%02d"|format(n)`: `%s`, `%d` and `%02d`, and nothing wider."""
    pattern = str(value)
    if "%" in FORMAT.sub("", pattern):
        raise SecurityError("format chỉ nhận %s, %d và %02d")
    items = tuple(_printed(one) for one in args)
    _checked_length(len(pattern) + sum(len(str(one)) for one in items), "")
    return pattern % items


def _trim(value: str) -> str:
    """The text without spaces and line ends around it."""
    return value.strip()
