"""What an office's template may say: a small part of Jinja, told node by node, and measured before it runs.

Jinja's own sandbox guards attributes and calls; it lets a template of one line fill the memory and puts no end to
macros that call themselves. So only the nodes listed here pass, and each loop and macro gets its price written in.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

SIZE_LIMIT = 64 * 1024
"""Characters of a template."""

DEPTH_LIMIT = 60
"""How deep expressions and blocks may lie in each other; Python's own compiler gives up not much later."""

LOOP_LIMIT = 4
"""Loops within loops: plans, headings, lines, what changed in them, and no further."""

NUMBER_LIMIT = 10**9
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
"""What no template holds, line ends and tabs aside: it would cut a header, or turn the reading order of the text."""

PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.Assign, nodes.AssignBlock,
    nodes.Name, nodes.List, nodes.Tuple,
    nodes.Dict, nodes.Pair, nodes.Keyword, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub, nodes.Concat, nodes.Getitem, nodes.Slice,
)  # fmt: skip
"""Nodes that need no look of their own."""

RESERVED = frozenset({"self", "super", "caller", "varargs", "kwargs", "words", "digest"})
"""Names that mean something already."""

LOOP = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
"""What may be asked of `loop`."""

WORDS = {
    nodes.Include: "lệnh include", nodes.Import: "lệnh import", nodes.FromImport: "lệnh from … import",
    nodes.Extends: "lệnh extends", nodes.Block: "lệnh block", nodes.CallBlock: "lệnh call",
    nodes.FilterBlock: "lệnh filter", nodes.With: "lệnh with",
    nodes.ScopedEvalContextModifier: "lệnh autoescape", nodes.NSRef: "phép gán vào thuộc tính",
    nodes.Mul: "phép nhân *", nodes.Pow: "lũy thừa **", nodes.Div: "phép chia /", nodes.FloorDiv: "phép chia //",
    nodes.Mod: "phép %",
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of a template: its line (0: of the whole), what is wrong, and what to do."""

    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"dòng {self.line}: " if self.line else ""
        return f"{place}{self.what} – {self.remedy}"


@dataclass(frozen=True)
class Vocabulary:
    """The words a template may use.

    Attributes:
        variables: names that are given to it.
        attributes: fields and properties of what is given, whatever it belongs to.
        methods: what of it may be called.
        macros: name → number of arguments, of the words that a layout may call.
    """

    variables: frozenset[str]
    attributes: frozenset[str]
    methods: frozenset[str]
    filters: frozenset[str]
    tests: frozenset[str]
    macros: Mapping[str, int]


def faults_of_text(text: str) -> list[Fault]:
    """What is wrong with a template before it is read as one."""
    found = [
        Fault(line, "có ký tự điều khiển hoặc ký tự đảo chiều chữ", "xóa ký tự đó rồi gõ lại đoạn này")
        for line, words in enumerate(text.split("\n"), start=1)
        if CONTROL.search(words)
    ]
    if len(text) > SIZE_LIMIT:
        found.append(Fault(0, f"mẫu dài {len(text)} ký tự", f"rút xuống dưới {SIZE_LIMIT} ký tự"))
    return found


def faults_of_tree(tree: nodes.Template, known: Vocabulary) -> list[Fault]:
    """Everything in a template that is not allowed, at once."""
    return sorted({*_Reading(tree, known).faults(), *_circles(tree)})


def macros_of(tree: nodes.Template) -> dict[str, int]:
    """The macros that a template defines, with the number of their arguments."""
    return {macro.name: len(macro.args) for macro in tree.find_all(nodes.Macro)}


class _Reading:
    def __init__(self, tree: nodes.Template, known: Vocabulary) -> None:
        self._tree, self._known = tree, known
        self._macros = macros_of(tree)
        stored = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
        self._names = {*stored, *known.variables, *self._macros, *(["loop"] if tree.find(nodes.For) else [])}

    def faults(self) -> Iterator[Fault]:
        waiting: list[tuple[nodes.Node, int, int]] = [(self._tree, 0, 0)]
        while waiting:
            node, depth, loops = waiting.pop()
            if depth > DEPTH_LIMIT:
                yield _fault(node, "lồng nhau quá sâu", "tách thành các macro nhỏ hơn")
                continue
            loops += isinstance(node, nodes.For)
            if loops > LOOP_LIMIT:
                yield _fault(node, f"quá {LOOP_LIMIT} vòng lặp lồng nhau", "bỏ bớt vòng lặp bên trong")
                continue
            yield from self._of(node)
            waiting += [(child, depth + 1, loops) for child in node.iter_child_nodes()]

    def _of(self, node: nodes.Node) -> Iterator[Fault]:
        match node:
            case nodes.Name():
                yield from self._name(node)
            case nodes.Getattr():
                yield from self._attribute(node)
            case nodes.Call():
                yield from self._call(node)
            case nodes.Filter() | nodes.Test():
                yield from self._filter(node)
            case nodes.For():
                if node.recursive:
                    yield _fault(node, "vòng lặp recursive không dùng được", "viết vòng lặp thường")
            case nodes.Macro():
                if node.name.startswith("_") or node.name in RESERVED | self._known.variables:
                    yield _fault(node, f"không được đặt tên macro là “{node.name}”", "chọn tên khác")
            case nodes.Const():
                if isinstance(node.value, int | float | complex) and abs(node.value) > NUMBER_LIMIT:
                    yield _fault(node, "số quá lớn", f"dùng số nhỏ hơn {NUMBER_LIMIT}")
            case _ if type(node) not in PLAIN:
                said = WORDS.get(type(node), f"cách viết {type(node).__name__}")
                yield _fault(node, f"{said} không dùng được trong mẫu thư", "bỏ đi, viết thẳng nội dung")

    def _name(self, node: nodes.Name) -> Iterator[Fault]:
        if node.ctx != "load":
            if node.name.startswith("_") or node.name in RESERVED | {"loop"}:
                yield _fault(node, f"không được đặt tên là “{node.name}”", "chọn tên khác")
        elif node.name not in self._names:
            yield _fault(node, f"không có biến “{node.name}”", _nearest(node.name, self._names))

    def _attribute(self, node: nodes.Getattr) -> Iterator[Fault]:
        of = node.node.name if isinstance(node.node, nodes.Name) else ""
        known: Collection[str] = self._known.attributes | self._known.methods
        if of == "words":
            known = self._known.macros.keys()
        elif of == "loop":
            known = LOOP
        if node.attr not in known:
            yield _fault(node, f"không có “{of or '…'}.{node.attr}”", _nearest(node.attr, known))

    def _call(self, node: nodes.Call) -> Iterator[Fault]:
        if node.dyn_args or node.dyn_kwargs:
            yield _fault(node, "không gọi được với * hay **", "viết rõ từng giá trị")
        given = len(node.args) + len(node.kwargs)
        match node.node:
            case nodes.Name(name=name) if name in self._macros:
                wanted = self._macros[name]
            case nodes.Getattr(node=nodes.Name(name="words"), attr=name) if name in self._known.macros:
                wanted = self._known.macros[name]
            case nodes.Getattr(attr=name) if name in self._known.methods:
                wanted = given
            case _:
                yield _fault(node, "chỗ này không gọi được", "chỉ gọi macro của lời thư, hoặc of(…), tells(…)")
                return
        if given > wanted:
            yield _fault(node, f"macro “{name}” nhận {wanted} giá trị, đây đưa {given}", "sửa cho khớp")

    def _filter(self, node: nodes.Filter | nodes.Test) -> Iterator[Fault]:
        is_filter = isinstance(node, nodes.Filter)
        known = self._known.filters if is_filter else self._known.tests
        if node.name not in known:
            kind = "bộ lọc" if is_filter else "phép thử"
            yield _fault(node, f"không có {kind} “{node.name}”", _nearest(node.name, known))
        if node.dyn_args or node.dyn_kwargs:
            yield _fault(node, "không dùng được * hay ** ở bộ lọc", "viết rõ từng giá trị")
        if node.name == "map" and (node.args or [word.key for word in node.kwargs] != ["attribute"]):
            yield _fault(node, "bộ lọc map chỉ dùng với attribute", 'viết map(attribute="ref")')


class _Metered(NodeTransformer):
    """Writes into each loop and macro what one turn of it costs, and lets `~` go through the bounded join."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802  Jinja's name
        cost = nodes.Const(weight(node))
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "_each", [cost], [], None, None, lineno=node.lineno)
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802
        cost = nodes.Const(weight(node))
        self.generic_visit(node)
        spent = nodes.Filter(cost, "_spend", [], [], None, None, lineno=node.lineno)
        node.body.insert(0, nodes.ExprStmt(spent, lineno=node.lineno))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return nodes.Filter(nodes.List(node.nodes), "join", [], [], None, None, lineno=node.lineno)


def metered(tree: nodes.Template) -> nodes.Template:
    """The same template with its prices in it."""
    found: nodes.Template = _Metered().visit(tree)
    found.set_environment(tree.environment)  # type: ignore[arg-type]  # a parsed template has one
    return found


def weight(node: nodes.Node) -> int:
    """What running through a node once costs: a unit for each node, and one for 16 characters of fixed text."""
    total, waiting = 0, [node]
    while waiting:
        one = waiting.pop()
        total += 1 + (len(one.data) // 16 if isinstance(one, nodes.TemplateData) else 0)
        waiting += one.iter_child_nodes()
    return total


def _circles(tree: nodes.Template) -> Iterator[Fault]:
    """Macros that come back to themselves."""
    calls = {
        macro.name: {call.node.name for call in macro.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
        for macro in tree.find_all(nodes.Macro)
    }
    for macro in tree.find_all(nodes.Macro):
        reached, waiting = set[str](), list(calls[macro.name])
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += calls.get(name, ())
        if macro.name in reached:
            yield _fault(macro, f"macro “{macro.name}” gọi lại chính nó", "bỏ lời gọi vòng")


def _fault(node: nodes.Node, what: str, remedy: str) -> Fault:
    return Fault(node.lineno or 0, what, remedy)


def _nearest(name: str, known: Collection[str]) -> str:
    shown = sorted(one for one in known if not one.startswith("_"))
    close = get_close_matches(name, shown, n=1)
    return f"có phải “{close[0]}”?" if close else f"dùng một trong: {', '.join(shown) or '(không có)'}"
