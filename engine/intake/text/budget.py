"""Lines of the costs that a plan lists, in đồng: "02 lớp x 5.000.000đ = 10.000.000đ", "In tài liệu: 3 triệu đồng",
and the rows of a table with a column of totals."""

import re
from collections.abc import Sequence

from engine.intake.draft import BudgetLine
from engine.intake.readers import Grid
from engine.intake.text.paragraphs import Paragraph

AMOUNT = r"\d{1,3}(?:[.,]\d{3}){1,5}|\d{1,12}"
VND = r"(?:đồng|đ|VNĐ|VND)(?!\w)"
TOTAL = re.compile(rf"\s*(?P<total>{AMOUNT})\s*{VND}", re.I)
FACTOR = re.compile(r"\s+[x×*]\s+|(?<=\d)\s*[x×*]\s*(?=\d)")
QUANTITY = re.compile(r"(?P<count>\d{1,9}(?:,\d{1,2})?)\s*(?P<unit>[^\d/=]{0,60}?)\s*$")
PRICE = re.compile(rf"(?P<price>{AMOUNT})\s*(?:{VND})?(?:\s*/\s*[^\d=]{{1,60}})?\s*$", re.I)
SUM = re.compile(
    rf"(?P<item>[^\W\d_][^:=]{{3,300}}?)\s*:\s*(?:khoảng\s+)?(?P<total>{AMOUNT})(?:,(?P<part>\d{{1,3}}))?\s*(?P<scale>triệu|"
    rf"tỷ|tỉ|nghìn)?\s*{VND}",
    re.I,
)
MONEY = re.compile(r"\d\s?(?:đồng|đ\b|triệu|tỷ|tỉ|nghìn|VN[DĐ])", re.I)
SCALES = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
TOTALS = re.compile(r"\W{0,5}(?:Tổng|Cộng|Bằng chữ|Số tiền|Trong đó)\b", re.I)
MARK = re.compile(r"^(?:[-–+*•]|\(?\w{1,3}[.)])\s*")
COLUMNS = {
    "item": re.compile(r"nội dung|hạng mục|diễn giải|khoản chi|mục chi|tên", re.I),
    "unit": re.compile(r"đơn vị tính|đvt", re.I),
    "quantity": re.compile(r"số lượng|^sl$", re.I),
    "price": re.compile(r"đơn giá|mức chi|định mức", re.I),
    "total": re.compile(r"thành tiền|kinh phí|số tiền|tổng (?:tiền|chi|kinh phí)", re.I),
}
THOUSANDS = re.compile(r"(?:đvt|đơn vị(?: tính)?)\s*:\s*(?P<scale>nghìn|triệu|tỷ|1\.?000)?\s*(?:đồng|đ)\b", re.I)


def budget_lines(paragraphs: Sequence[Paragraph], grids: Sequence[Grid] = ()) -> list[BudgetLine]:
    """The costs in the text, and in tables with a column of totals. Sums of other lines are left out."""
    found: list[BudgetLine] = []
    above = ""
    for paragraph in paragraphs:
        text = paragraph.text[:600]
        line = _line(text, above) if MONEY.search(text) else None
        if line:
            found.append(line.model_copy(update={"lines": paragraph.lines}))
        if text.strip():
            above = text
    return [*found, *(line for grid in grids for line in _of_grid(grid))]


def _line(text: str, above: str) -> BudgetLine | None:
    if TOTALS.match(text):
        return None
    factors, equals, result = text.partition("=")
    amount = TOTAL.match(result) if equals else None
    if amount:
        return _product(factors, _money(amount["total"]), above)
    total = SUM.search(MARK.sub("", text)) if ":" in text else None
    if total and not TOTALS.match(total["item"]):
        value = _sum(total)
        return BudgetLine(item=total["item"].strip(), total_vnd=value) if value else None
    return None


def _product(left: str, total: int, above: str) -> BudgetLine | None:
    """The item and its factors, "Thuê xe: 2 chuyến x 3.000.000đ"; the item may stand on the line above."""
    named, colon, factors = left.rpartition(":")
    if not colon:
        start = next((at for at, letter in enumerate(left) if letter.isdigit()), len(left))
        named, factors = left[:start], left[start:]
    *counts, last = FACTOR.split(factors.strip())
    price = PRICE.search(last)
    quantity = QUANTITY.match(counts[0].strip()) if len(counts) == 1 else None
    item = MARK.sub("", named).strip(" :.-–") or MARK.sub("", above).strip(" :.")
    if not counts or not price or not item:
        return None
    return BudgetLine(
        item=item,
        quantity=float(quantity["count"].replace(",", ".")) if quantity else None,
        unit=(quantity["unit"].strip() or None) if quantity else None,
        unit_price_vnd=_money(price["price"]),
        total_vnd=total,
    )


def _money(printed: str) -> int:
    return int(re.sub(r"[.,]", "", printed))


def _sum(match: re.Match[str]) -> int | None:
    """The amount in đồng; None for a bare small number that can be no sum."""
    scale = SCALES.get((match["scale"] or "").lower(), 1)
    if match["part"] and scale > 1:
        return round(float(f"{_money(match['total'])}.{match['part']}") * scale)
    value = _money(match["total"]) * scale
    return value if value >= 1_000 else None


def _of_grid(grid: Grid) -> list[BudgetLine]:
    head = next((i for i, row in enumerate(grid.rows[:5]) if _columns([cell.text for cell in row])), None)
    if head is None:
        return []
    columns = _columns([cell.text for cell in grid.rows[head]])
    scale = _scale(" ".join(cell.text for row in grid.rows[: head + 1] for cell in row))
    found = []
    for row in grid.rows[head + 1 :]:
        cells = {name: row[at].text.strip() for name, at in columns.items() if at < len(row)}
        line = _row(cells, scale)
        if line:
            place = row[0].place
            found.append(line.model_copy(update={"lines": (place.line, place.line) if place.line else None}))
    return found


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Columns by their names; none unless the table has totals, and prices or quantities beside them."""
    found: dict[str, int] = {}
    for at, text in enumerate(header):
        name = next((name for name, pattern in COLUMNS.items() if pattern.search(text) and name not in found), None)
        if name:
            found[name] = at
    return found if {"item", "total"} <= found.keys() and {"price", "quantity"} & found.keys() else {}


def _scale(head: str) -> int:
    match = THOUSANDS.search(head)
    return SCALES.get((match["scale"] or "").lower(), 1_000 if match["scale"] else 1) if match else 1


def _row(cells: dict[str, str], scale: int) -> BudgetLine | None:
    total = re.fullmatch(rf"({AMOUNT})\s*(?:{VND})?", cells.get("total", ""), re.I)
    if not total or not cells.get("item") or TOTALS.match(cells["item"]):
        return None
    price = re.match(AMOUNT, cells.get("price", ""))
    quantity = re.fullmatch(r"\d+(?:,\d+)?", cells.get("quantity", ""))
    return BudgetLine(
        item=" ".join(cells["item"].split()),
        quantity=float(quantity[0].replace(",", ".")) if quantity else None,
        unit=cells.get("unit") or None,
        unit_price_vnd=_money(price[0]) * scale if price else None,
        total_vnd=_money(total[1]) * scale,
    )
