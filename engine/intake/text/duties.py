"""The items of an outline with whom each gives work to: duties of units, measures nobody is named for, the closing.

A unit is named by the nearest heading above an item, by the item's own opening ("Sở Y tế chủ trì …", "Giao Sở Y tế …"),
or by an attribute of the activity ("Đơn vị chủ trì: …"). What opens a list, and what says only time, place or cost of
the item above it, is no item of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from engine.intake.draft import Agency
from engine.intake.text.outline import BOLD, CAPS, PLAIN, Node
from engine.intake.text.paragraphs import CAPITALS
from engine.intake.text.sections import LEADING, SectionKind, detail, kind_of
from engine.intake.text.units import GIVE, WORKS, Subject, Units

ItemKind = Literal["duty", "measure", "closing", "other"]
FAREWELL = re.compile(
    r"Trên đây\b|Trong quá trình (?:tổ chức |triển khai )*(?:thực hiện|triển khai)|(?:Kế hoạch|Quyết định|"
    r"Chương trình) này (?:thay thế|có hiệu lực)|"
    r"[^.;]{0,200}chịu trách nhiệm thi hành\b"
)
REQUEST = re.compile(r"(?:[^.;:]{0,90}\s)?(?:yêu cầu|đề nghị)\s[^.;:]{0,400}(?:nghiêm túc|triển khai|thực hiện)", re.I)
OPENING = re.compile(
    r"(?:Căn cứ|Trên cơ sở|Theo|Để|Nhằm|Trước|Định kỳ|Hằng|Hàng|Trong|Khi|Từ|Sau|Đến|Ngoài)\b[^.;:]{0,300}?,\s+"
)
BRACKET = re.compile(
    r"\(\s*(?:(?:giao|do|cơ quan|đơn vị)\s+)?(?P<unit>[^()]{3,160}?)\s+(?:chủ trì|thực hiện|"
    r"chịu trách nhiệm|tham mưu)\b[^()]{0,200}\)[\s.;]*$",
    re.I,
)
TOPIC = re.compile(rf"[^:.;]{{3,120}}:\s+(?=[{CAPITALS}])")
SENTENCE = re.compile(rf"(?<=[.;])\s+(?=[{CAPITALS}])")
BASIS = re.compile(
    r"(?:Căn cứ (?:Luật|Bộ luật|Hiến pháp|Nghị (?:định|quyết)|Quyết định|Thông tư|Chỉ thị|Kế hoạch|Kết luận|Công văn|"
    r"Chương trình|Đề án|Văn bản|các (?:Luật|Nghị|Quyết))\b|(?:Theo|Xét) đề nghị (?:của|tại)\b)"
)
"""What a document rests on, as a decision lists it under the name of who decides."""
BASIS_LENGTH = 600
WORDS_OF_SENTENCE = 12
LAST = 3
"""Paragraphs at the end of the text that may be its farewell."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item as printed: `text` is its duty without list mark, `when` what an attribute or its list says on time."""

    ref: str
    kind: ItemKind
    text: str
    node: Node
    agencies: list[Agency] = field(default_factory=list)
    leads: bool = False
    when: str | None = None
    section: SectionKind | None = None


@dataclass(frozen=True, slots=True)
class _Section:
    kind: SectionKind | None = None
    agencies: list[Agency] = field(default_factory=list)
    leads: bool = False
    when: str | None = None
    of_units: bool = False


def read_items(root: Node, units: Units) -> list[Item]:
    """The items of an outline in the document's order."""
    nodes = list(root.walk())
    last = {id(node) for node in nodes[-LAST:]}
    reader = _Reader(units, last, assigns=any(_is_heading(node) and kind_of(node.text) == "assign" for node in nodes))
    return [item for node in root.children for item in reader.read(node, _Section())]


def _is_heading(node: Node) -> bool:
    """Whether a node may say what is below it: a section, or a short title with items."""
    if node.is_item:
        return False
    short = len(node.text) <= 200 and not node.text.endswith((";", "."))
    return bool(node.children) or (short and node.mark.rank is not None)


@dataclass(frozen=True, slots=True)
class _Reader:
    units: Units
    last: set[int]
    assigns: bool

    def read(self, node: Node, above: _Section) -> Iterator[Item]:
        """The items of a node and of all below it."""
        if self._is_basis(node) or not any(map(str.isalpha, node.text)):
            return
        if self._is_farewell(node):
            yield from self._closing(node)
            return
        subject = self._subject(node, above)
        section = self._section(node, subject, above)
        yield from self._own(node, subject, above, section)
        if not self._is_activity(node):
            for child in node.children:
                yield from self.read(child, section)

    def _is_farewell(self, node: Node) -> bool:
        if FAREWELL.match(node.text) and not node.children:
            return True
        return node.mark is PLAIN and id(node) in self.last and REQUEST.match(node.text) is not None

    def _is_basis(self, node: Node) -> bool:
        """Whether a text only says what the document rests on, and gives no work behind a comma."""
        if node.mark is not PLAIN or not BASIS.match(node.text):
            return False
        clauses = (node.text[comma.end() :] for comma in re.finditer(r",\s+", node.text[:BASIS_LENGTH]))
        return not any(WORKS.match(clause) or self.units.subject(clause) for clause in clauses)

    def _closing(self, node: Node) -> Iterator[Item]:
        """The farewell, and each of its sentences that gives work to a unit by name."""
        yield Item("closing", "closing", node.text, node)
        yield from self._orders(Item("closing", "duty", node.text, node))

    def _orders(self, item: Item) -> Iterator[Item]:
        """The sentences of a text that say "giao" and to whom."""
        for sentence in SENTENCE.split(item.text):
            subject = self.units.subject(sentence) if _is_order(sentence) else None
            if subject and subject.given and not subject.heads and "thi hành" not in subject.rest:
                yield replace(item, kind="duty", text=sentence.rstrip("./ "), agencies=subject.agencies)

    def _subject(self, node: Node, above: _Section) -> Subject | None:
        if above.kind == "assign" and detail(node.text):
            return None
        anything = (
            above.of_units and _is_heading(node) and bool(node.children) and kind_of(node.text, top=False) is None
        )
        subject = self.units.subject(node.text, anything=anything)
        if subject and above.kind != "assign" and subject.heads and not subject.rest and not node.children:
            return None
        return subject

    def _section(self, node: Node, subject: Subject | None, above: _Section) -> _Section:
        """What the node's children inherit."""
        kind = self._kind(node, subject, above)
        agencies = subject.agencies if subject and (subject.heads or subject.run_in or subject.given) else None
        if agencies is None and subject and node.children:
            agencies = subject.agencies
        return _Section(
            kind,
            above.agencies if agencies is None else agencies,
            leads=bool(subject and subject.heads and subject.rest.startswith("chủ trì"))
            or (above.leads and agencies is None),
            when=self._shared_time(node, kind) or above.when,
            of_units=self._of_units(node) if kind == "assign" else False,
        )

    def _kind(self, node: Node, subject: Subject | None, above: _Section) -> SectionKind | None:
        if subject and subject.heads and (subject.given or node.children) and above.kind != "other":
            return "assign"
        if not _is_heading(node) or (subject and not subject.given):
            return above.kind
        said = kind_of(node.text, top=_is_top(node, above))
        if above.kind == "assign" and said in ("measure", "timetable"):
            return "assign"
        return said or above.kind or ("measure" if node.mark.rank is not None else None)

    def _of_units(self, node: Node) -> bool:
        """Whether the headings below are names of units, so that an unfamiliar one is taken for another."""
        headings = [child for child in node.children if not child.is_item]
        return any(
            (subject := self.units.subject(child.text)) and (subject.heads or subject.run_in) for child in headings
        )

    def _own(self, node: Node, subject: Subject | None, above: _Section, section: _Section) -> Iterator[Item]:
        """The item that the node's own text is, if it is one."""
        kind = above.kind if not _is_heading(node) else section.kind
        item = Item(node.ref, "other", node.text, node, above.agencies, above.leads, above.when, kind)
        if kind == "other":
            orders = list(self._orders(item))
            yield from orders or ([] if node.children else [item])
            return
        if self._is_activity(node):
            yield self._activity(item)
        elif subject:
            yield from self._of_subject(item, subject)
        elif kind in ("assign", "report"):
            yield from self._unnamed(item, kind)
        elif kind in ("measure", "timetable"):
            yield from self._measure(item)
        elif not node.children:
            yield item

    def _of_subject(self, item: Item, subject: Subject) -> Iterator[Item]:
        if subject.heads and (item.node.children or not subject.rest or subject.rest.endswith(":")):
            if item.section in ("assign", "report") and _is_sentence(item.node):
                yield replace(item, kind="duty", agencies=[], leads=False)
            return
        own = replace(item, kind="duty", agencies=subject.agencies, leads=False)
        if item.section in ("assign", "report"):
            yield replace(own, text=subject.rest) if subject.run_in else own
        elif not _is_order(item.text) and (subject.given or self._is_vague(subject)):
            yield from self._measure(item)
        elif item.section or _is_order(item.text):
            yield replace(own, text=subject.rest) if subject.run_in else own
        elif not item.node.children:
            yield item

    def _is_vague(self, subject: Subject) -> bool:
        """Whether a measure speaks of units in general, while another part of the document gives the work to them."""
        return self.assigns and any(agency.kind == "open_group" for agency in subject.agencies)

    def _unnamed(self, item: Item, kind: SectionKind) -> Iterator[Item]:
        """An item of a part that gives work, without a unit in its opening: the heading's, or one behind a clause."""
        node = item.node
        if _is_title(node) or detail(node.text) or _is_aside(node.text):
            return
        opens_list = node.text.endswith(":") and not node.mark.is_bullet
        clause = None if item.agencies else OPENING.match(node.text)
        subject = self.units.subject(node.text[clause.end() :]) if clause else None
        if subject and not subject.heads:
            yield replace(item, kind="duty", agencies=subject.agencies)
        elif kind == "report" and not item.agencies:
            yield item
        elif not (opens_list and not item.agencies):
            yield replace(item, kind="duty")

    def _measure(self, item: Item) -> Iterator[Item]:
        node = item.node
        if _is_title(node) or detail(node.text) or _is_aside(node.text) or node.mark in (CAPS, BOLD):
            return
        if inline := self._inline(item):
            yield inline
            return
        bracket = BRACKET.search(node.text[-400:]) if node.text.rstrip(" .;").endswith(")") else None
        subject = self.units.subject(bracket["unit"]) if bracket else None
        topic = TOPIC.match(node.text) if not bracket else None
        behind = self.units.subject(node.text[topic.end() :]) if topic else None
        if behind and not behind.heads and not behind.run_in and not self._is_vague(behind):
            yield replace(item, kind="duty", agencies=behind.agencies)
        elif subject:
            yield replace(item, kind="duty", agencies=subject.agencies, leads="chủ trì" in bracket[0].lower())  # type: ignore[index]
        elif item.when and item.section == "timetable":
            yield replace(item, kind="duty", agencies=[])
        else:
            yield replace(item, kind="measure", agencies=[])

    def _inline(self, item: Item) -> Item | None:
        """A measure that says who and when in sentences of its own: "… Cơ quan chủ trì: Sở …. Thời gian: quý II." """
        first, *more = SENTENCE.split(item.text)
        said = {found[0]: found[1] for sentence in more if (found := detail(sentence)) and found[1]}
        if not said.keys() & {"lead", "time"}:
            return None
        agencies = self.units.named(said["lead"]) if "lead" in said else []
        leads = any(LEADING.match(sentence) for sentence in more)
        return replace(
            item, kind="duty", text=first, agencies=agencies, when=said.get("time") or item.when, leads=leads
        )

    def _is_activity(self, node: Node) -> bool:
        """Whether the items below only say who, when and where."""
        said = [detail(child.text) for child in node.children]
        return bool(said) and (all(said) or any(found and found[0] == "lead" for found in said))

    def _activity(self, item: Item) -> Item:
        said = {found[0]: found[1] for child in item.node.children if (found := detail(child.text))}
        agencies = self.units.named(said["lead"]) if said.get("lead") else item.agencies
        when = said.get("time") or item.when
        leads = any(LEADING.match(child.text) for child in item.node.children)
        is_duty = agencies or when or item.section == "assign"
        return replace(item, kind="duty" if is_duty else "measure", agencies=agencies, when=when, leads=leads)

    def _shared_time(self, node: Node, kind: SectionKind | None) -> str | None:
        """The time that a timetable prints once for all its activities."""
        if kind != "timetable":
            return None
        for child in node.children:
            found = detail(child.text)
            if found and found[0] == "time":
                return found[1] or (child.children[0].text if child.children else None)
        return None


def _is_top(node: Node, above: _Section) -> bool:
    """Whether a heading is one of the document's main ones: the first kind met, or in capitals."""
    return above.kind is None or node.text.isupper()


def _is_title(node: Node) -> bool:
    """Whether a numbered text with items below is only their title."""
    return not node.is_item and bool(node.children) and (node.mark.family != "letter" or len(node.text) < 60)


def _is_sentence(node: Node) -> bool:
    """Whether an item that no known verb parts from its unit is work all the same, and no mere list of names."""
    sentence = node.text.endswith(".") and len(node.text.split()) >= WORDS_OF_SENTENCE
    return node.is_item and not node.children and sentence


def _is_order(text: str) -> bool:
    """Whether the text says in so many words that it gives work."""
    give = GIVE.match(text)
    return bool(give and re.search(r"\bgiao\b", give[0], re.I))


def _is_aside(text: str) -> bool:
    return text.startswith("(") and text.rstrip(" .;").endswith(")")
