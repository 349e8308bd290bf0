"""What the HTML of a mail may be: the elements that mail programs show, and nothing that loads, runs or asks."""

import re
from functools import cached_property
from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "hr", "col", "wbr"})
ELEMENTS = VOID | frozenset(
    [
        "html",
        "head",
        "title",
        "style",
        "body",
        "div",
        "p",
        "span",
        "a",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "small",
        "sub",
        "sup",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "colgroup",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "blockquote",
        "pre",
        "code",
        "address",
        "section",
        "header",
        "footer",
        "main",
        "article",
    ]
)
ATTRIBUTES = frozenset(
    [
        "style",
        "class",
        "id",
        "lang",
        "dir",
        "title",
        "charset",
        "name",
        "content",
        "role",
        "align",
        "valign",
        "width",
        "height",
        "border",
        "cellpadding",
        "cellspacing",
        "bgcolor",
        "colspan",
        "rowspan",
        "scope",
        "href",
        "aria-label",
        "aria-hidden",
    ]
)
SCHEMES = ("https://", "http://", "mailto:", "tel:")
LOADING = re.compile(r"url\s*\(|@import|expression\s*\(|image-set|\\|<", re.I)
"""What in a style loads something, or hides that it does."""


class Shape(HTMLParser):
    """The HTML of a mail, read: what is wrong with it, its words and its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: dict[tuple[str, str], None] = {}
        self.links: set[str] = set()
        self._words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        if left := [tag for tag in self._open if tag not in {"p", "li", "td", "tr"}]:
            self._fault(f"thẻ <{left[-1]}> không đóng", f"thêm </{left[-1]}>")

    @cached_property
    def words(self) -> str:
        """What a reader sees."""
        return " ".join("".join(self._words).split())

    def _fault(self, what: str, remedy: str) -> None:
        self.faults[what, remedy] = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element and what it carries."""
        if tag not in ELEMENTS:
            self._fault(f"HTML có thẻ <{tag[:40]}>", "thư không nạp, không chạy và không hỏi gì: bỏ thẻ này")
        if tag not in VOID:
            self._open.append(tag)
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES:
            self._fault(
                f"thẻ <{tag[:40]}> có thuộc tính “{name[:40]}”", 'bỏ thuộc tính này; giá trị phải đặt trong dấu “"”'
            )
        elif name == "href" and tag == "a":
            self.links.add(value)
            if not value.lower().startswith(SCHEMES):
                self._fault(
                    f"liên kết tới “{value[:60]}”", "liên kết phải bắt đầu bằng https:, http:, mailto: hoặc tel:"
                )
        elif name == "href":
            self._fault(f"thẻ <{tag}> có href", "chỉ thẻ <a> có href")
        elif name == "style" and LOADING.search(value):
            self._fault(f"kiểu của thẻ <{tag}> nạp nội dung từ ngoài", "bỏ url(…), @import, expression(…)")

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag in VOID:
            return
        if not self._open or tag not in self._open:
            self._fault(f"thẻ </{tag}> không có thẻ mở", f"thêm <{tag}> hoặc bỏ </{tag}>")
            return
        while (inner := self._open.pop()) != tag:
            if inner not in {"p", "li", "td", "tr"}:
                self._fault(f"thẻ <{inner}> không đóng trước </{tag}>", f"thêm </{inner}>")

    def handle_data(self, data: str) -> None:
        """Take words, or look at a sheet of styles."""
        if self._open and self._open[-1] == "style":
            if LOADING.search(data):
                self._fault("bảng kiểu nạp nội dung từ ngoài", "bỏ url(…), @import, expression(…)")
        elif "title" not in self._open:
            self._words.append(data)

    def handle_comment(self, data: str) -> None:  # noqa: ARG002  the parser's own
        """No comments: some mail programs act on them."""
        self._fault("HTML có chú thích <!-- … -->", "dùng {# … #}: chú thích này không vào thư")
