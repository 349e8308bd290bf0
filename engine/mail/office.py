"""The office's own mail templates (mẫu thư của cơ quan): looked at as a whole before one is kept."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes

from engine.mail.grammar import CONTROL, Fault, faults_of_text, faults_of_tree, macros_of
from engine.mail.message import Content
from engine.mail.render import LANGUAGES, VARIABLES, Digest, Line, Renderer
from engine.mail.samples import LANGUAGE_OF, long_sample, samples
from engine.mail.sandbox import place_of
from engine.mail.shape import Shape

NAMES = tuple(VARIABLES)
TITLES = {
    "words.vi": "Lời thư tiếng Việt",
    "words.en": "Lời thư tiếng Anh",
    "digest.txt": "Bố cục bản chữ",
    "digest.html": "Bố cục bản HTML",
}
SUBJECT_LIMIT = 250
HTML_LIMIT = 100 * 1000
"""Bytes; larger mails are cut by some programs."""

FAULTS_SHOWN = 40
BROKEN_TRIED = 20
"""Sample mails that cannot be built, after which no more are tried: each may cost a whole budget."""

BROKEN = (ArithmeticError, LookupError, MemoryError, RecursionError, SyntaxError, TypeError, ValueError)


def tidy(text: str) -> str:
    """The text as it is kept: NFC, one kind of line end, one at the end."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.rstrip() + "\n" if plain.strip() else ""


def languages_of(name: str) -> tuple[str, ...]:
    """The languages that a template takes part in."""
    return LANGUAGE_OF.get(name, LANGUAGES)


def check(
    name: str,
    text: str,
    *,
    folder: Path,
    overrides: Mapping[str, str],
    real: Sequence[tuple[str, Digest]] = (),
) -> list[Fault]:
    """Everything that is wrong with a template, at once; empty: it may be kept.

    Args:
        name: one of `NAMES`.
        text: the new text.
        folder: where the shipped templates lie.
        overrides: the office's templates that are in use beside it.
        real: name → digest, of what the database holds.
    """
    if faults := faults_of_text(text):
        return faults
    renderer = Renderer(folder, {**overrides, name: text})
    try:
        faults = list(_written_faults(name, text, renderer))
    except TemplateSyntaxError as error:
        return [
            Fault(error.lineno, f"viết sai cú pháp: {error.message}", "xem lại dấu {{ }}, {% %} và thẻ đóng ở dòng này")
        ]
    except BROKEN as error:
        return [Fault(0, f"không đọc được mẫu: {type(error).__name__}", "tách thành các phần nhỏ, đơn giản hơn")]
    if faults:
        return faults
    return sorted(_faults_on_all(_tried(name, real), renderer, folder))[:FAULTS_SHOWN]


def _tried(name: str, real: Sequence[tuple[str, Digest]]) -> Iterator[tuple[str, Digest]]:
    """Every mail that a template is tried on: those of the database, then the samples of the languages it speaks."""
    for language in languages_of(name):
        yield from ((where, digest) for where, digest in real if digest.language == language)
        yield from samples(language)
        yield "300 việc", long_sample(language)


def _faults_on_all(mails: Iterable[tuple[str, Digest]], renderer: Renderer, folder: Path) -> list[Fault]:
    """What is wrong with these mails, each fault once, with the first mail that shows it."""
    found: dict[tuple[int, str, str], str] = {}
    broken = 0
    for where, digest in mails:
        try:
            content = renderer.strictly(digest)
        except Exception as error:  # noqa: BLE001  whatever a template can do wrong
            name, line = place_of(error)
            what = f"không dựng được thư, ở {name or 'mẫu'}: {error}"
            found.setdefault((line, what, "sửa chỗ này theo bảng biến và macro"), where)
            broken += 1
            if broken == BROKEN_TRIED:
                break
        else:
            for what, remedy in _faults_in(content, digest, folder):
                found.setdefault((0, what, remedy), where)
    return [Fault(line, f"{what} (thư mẫu: {found[line, what, how]})", how) for line, what, how in found]


def required_macros(renderer: Renderer) -> dict[str, int]:
    """The macros that words must have, with the number of their arguments: all but what only words use."""
    tree = renderer.parsed(renderer.shipped("words.vi"))
    within = {call.node.name for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
    shipped = macros_of(tree)
    needed = {name: count for name, count in shipped.items() if name not in within}
    for layout in ("digest.txt", "digest.html"):
        for one in renderer.parsed(renderer.source(layout)).find_all(nodes.Getattr):
            if isinstance(one.node, nodes.Name) and one.node.name == "words":
                needed.setdefault(one.attr, shipped.get(one.attr, renderer.macros.get(one.attr, 0)))
    return needed


def _written_faults(name: str, text: str, renderer: Renderer) -> Iterator[Fault]:
    """What can be said of the text alone."""
    tree = renderer.parsed(text)
    yield from faults_of_tree(tree, renderer.sandbox(escaped=False).vocabulary(name))
    if name not in LANGUAGE_OF:
        return
    macros = macros_of(tree)
    for macro, count in required_macros(renderer).items():
        if macro not in macros:
            yield Fault(
                0, f"thiếu macro “{macro}” mà bố cục thư cần", f"thêm {{% macro {macro}(…) %}}…{{% endmacro %}}"
            )
        elif macros[macro] != count:
            yield Fault(0, f"macro “{macro}” có {macros[macro]} tham số", f"bố cục thư đưa {count}: sửa cho khớp")
    for data in tree.find_all(nodes.TemplateData):
        if "<" in data.data:
            line = data.lineno + data.data[: data.data.index("<")].count("\n")
            yield Fault(line, "lời thư có dấu “<”", "lời thư vào cả bản chữ: thẻ HTML chỉ viết ở digest.html")


def _faults_in(content: Content, digest: Digest, folder: Path) -> Iterator[tuple[str, str]]:
    shape = Shape(content.html)
    if not content.subject.removeprefix("[DEMO]").strip():
        yield "tiêu đề thư trống", "macro subject phải cho ra chữ"
    if len(content.subject) > SUBJECT_LIMIT:
        yield f"tiêu đề thư dài {len(content.subject)} ký tự", f"rút xuống {SUBJECT_LIMIT}, chẳng hạn truncate(60)"
    if CONTROL.search(content.subject + content.text):
        yield "thư có ký tự điều khiển", "xóa ký tự đó trong mẫu"
    yield from shape.faults
    if len(digest.lines) <= 20 and len(content.html.encode()) > HTML_LIMIT:
        yield f"bản HTML dài {len(content.html.encode()) // 1000} kB", f"rút xuống dưới {HTML_LIMIT // 1000} kB"
    original, shown = _original(folder, digest)
    for line in digest.lines:
        for what, fact in _facts(line):
            if fact in original.text and fact not in content.text:
                yield f"bản chữ thiếu {what}", "giữ điều này: người nhận dựa vào đó"
            if _tells(shown, fact) and not _tells(shape, fact):
                yield f"bản HTML thiếu {what}", "giữ điều này: người nhận dựa vào đó"


def _tells(shape: Shape, fact: str) -> bool:
    return fact in shape.links or " ".join(fact.split()) in shape.words


def _facts(line: Line) -> Iterator[tuple[str, str]]:
    """What a line must tell wherever the shipped template tells it."""
    yield "số mục của việc", line.ref
    if line.last_day:
        yield "ngày cuối dạng dd/mm/yyyy", f"{line.last_day:%d/%m/%Y}"
    for agency in line.agencies:
        yield "tên cơ quan chủ trì", agency
    yield "liên kết tới trang của việc", line.url


def _original(folder: Path, digest: Digest) -> tuple[Content, Shape]:
    """The mail as the shipped templates write it, and what its HTML tells."""
    content = Renderer(folder).digest(digest)
    return content, Shape(content.html)
