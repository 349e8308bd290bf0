"""Paragraphs to a tree of sections and items, each with a reference that does not repeat.

References: numbers and letters joined with "." ("III.1.a"), the n-th item of a section "-n", of an item "+n"; the only
unmarked paragraph of a section bears the section's own. A top section without a number, or with one already used, is
named by the initials of its first two words ("TC" for TỔ CHỨC THỰC HIỆN).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.intake.text.marks import FAMILIES, Mark, read_mark
from engine.intake.text.paragraphs import Paragraph

CAPS = Mark("caps", "")
BOLD = Mark("bold", "")
PLAIN = Mark("plain", "")
LONGEST_HEADING = 300
DEEPEST = 12


@dataclass(slots=True, eq=False)
class Node:
    """A section, an item or an unmarked paragraph; `text` is without its mark."""

    mark: Mark
    text: str
    paragraph: Paragraph | None = None
    children: list["Node"] = field(default_factory=list)
    ref: str = ""

    @property
    def is_item(self) -> bool:
        """Whether it is set off by a bullet or not at all, so that its place in the list is its number."""
        return self.mark.is_bullet or self.mark is PLAIN

    def walk(self) -> Iterator["Node"]:
        """The node and all under it, in the document's order."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_outline(paragraphs: Sequence[Paragraph], is_title: Callable[[str], bool] = lambda _text: False) -> Node:
    """The tree of these paragraphs under an unnamed root; `is_title` knows a heading by its words alone."""
    root = Node(Mark("root", ""), "")
    stack = [root]
    letter = ""
    for paragraph in paragraphs:
        mark, text = read_mark(paragraph.text, after_letter=letter)
        if mark is None:
            _take_unmarked(stack, paragraph, is_title)
            continue
        letter = mark.label if mark.family == "upper" else letter
        _open(stack, mark)
        _push(stack, Node(mark, text, paragraph))
    _name(root)
    return root


def _push(stack: list[Node], node: Node) -> None:
    stack[-1].children.append(node)
    if len(stack) < DEEPEST:
        stack.append(node)


def _take_unmarked(stack: list[Node], paragraph: Paragraph, is_title: Callable[[str], bool]) -> None:
    """A title under its bare number, an unnumbered heading, or a paragraph of the section it stands in."""
    top = stack[-1]
    if not top.text and not top.children and top.paragraph:
        top.text = paragraph.text
        return
    if paragraph.text.startswith("Trên đây"):
        del stack[1:]
    mark = _unnumbered(paragraph, is_title)
    if mark:
        _close_for(stack, mark)
        _push(stack, Node(mark, paragraph.text, paragraph))
        return
    while stack[-1].is_item:
        stack.pop()
    node = Node(PLAIN, paragraph.text, paragraph)
    stack[-1].children.append(node)
    if paragraph.text.endswith(":") and len(stack) > 1:
        stack.append(node)  # the list that follows is its own


def _unnumbered(paragraph: Paragraph, is_title: Callable[[str], bool]) -> Mark | None:
    text = paragraph.text
    if len(text) > LONGEST_HEADING or text.endswith((".", ";", "!")):
        return None
    if text.isupper() and len(text.split()) >= 2:
        return CAPS
    return BOLD if paragraph.bold or is_title(text) else None


def _close_for(stack: list[Node], mark: Mark) -> None:
    """Close what an unnumbered heading ends: capitals all numbered sections below a part, bold the lists."""
    limit = FAMILIES.index("caps") - 1 if mark is CAPS else len(FAMILIES) - 1
    if mark is CAPS and any(node.mark.rank is not None and node.mark is not CAPS for node in stack[1:]):
        limit = FAMILIES.index("roman") - 1
    while len(stack) > 1 and (stack[-1].mark.rank is None or (stack[-1].mark.rank or 0) > limit):
        stack.pop()


def _open(stack: list[Node], mark: Mark) -> None:
    """Close the sections that a new mark ends, so that it hangs on the top of the stack."""
    if mark.count > 1 and _close_to_predecessor(stack, mark):
        return
    depth = next((i for i in range(len(stack) - 1, 0, -1) if stack[i].mark.family == mark.family), 0)
    if depth and _begins_inner_list(stack, depth, mark):
        return
    if depth:
        del stack[depth:]
    elif mark.rank is not None:
        _close_wider(stack, mark.rank)


def _close_to_predecessor(stack: list[Node], mark: Mark) -> bool:
    """Go on with the innermost list whose last number is one less, if its marks are of one kind ("1." and "2)")."""
    alike = {"number", "bracket"} if mark.family in ("number", "bracket") else {mark.family}
    for depth in range(len(stack) - 1, 0, -1):
        above = stack[depth].mark
        if above.family in alike and above.count == mark.count - 1:
            del stack[depth:]
            return True
    return False


def _begins_inner_list(stack: list[Node], depth: int, mark: Mark) -> bool:
    """Whether a second "1." straight below a first one opens its list (a Roman one misprinted as a digit)."""
    above = stack[depth]
    return (
        depth == len(stack) - 1 and mark.count == above.mark.count == 1 and not above.children and above.text.isupper()
    )


def _close_wider(stack: list[Node], rank: int) -> None:
    while len(stack) > 1:
        top = stack[-1].mark.rank
        if top is not None and top < rank:
            return
        stack.pop()


def _name(root: Node) -> None:
    """Give each node its reference, from the top down."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        used: Counter[str] = Counter()
        items = [child for child in node.children if child.is_item]
        alone = len(items) == 1 and items[0].mark is PLAIN and bool(node.ref)
        for number, item in enumerate(items, start=1):
            item.ref = node.ref if alone else f"{node.ref}{'+' if node.is_item else '-'}{number}"
        for child in node.children:
            if not child.is_item:
                label = _label(child, used, top=not node.ref)
                child.ref = f"{node.ref}.{label}" if node.ref else label
        waiting.extend(node.children)


def _label(node: Node, used: Counter[str], *, top: bool) -> str:
    label = node.mark.label.split(".")[-1] if node.mark.family.startswith("number") else node.mark.label
    if not label or (top and used[label]):
        initials = [word[0].upper() for word in re.findall(r"[^\W\d_]+", node.text[:100])[:2]]
        label = "".join(initials) or label or "?"
    used[label] += 1
    return label if used[label] == 1 else f"{label}({used[label]})"
