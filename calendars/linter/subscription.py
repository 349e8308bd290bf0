"""A feed as its server gives it (RFC 9110, RFC 9111): a few requests such as clients make, and what is told of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import zip_longest

from calendars.linter.check import check_feed
from calendars.linter.fetch import Answer, Permit, Target, public, target_of
from calendars.linter.findings import Finding, Report

Found = Iterator[Finding]
AGO = timedelta(minutes=5)
"""By so much the clocks of two machines may differ."""
YOUNG = timedelta(seconds=60)
"""A date so near to that of sending is a weak validator (RFC 9110, 8.8.2.2)."""

LONGEST_KEY = 16
"""A part of a path so long can be a key; shorter ones are words."""


def check_subscription(url: str, now: datetime, permit: Permit = public) -> Report:
    """Check what an address gives, and how its server answers.

    Args:
        url: the address of the subscription; it appears in nothing that is reported.
        now: the real time.
        permit: which addresses may be connected to.

    Raises:
        RefusedError: the address may not be fetched.
        UnavailableError: nothing answers.
        BadInputError: the feed is too large.
    """
    target = target_of(url, permit)
    first = target.ask()
    if first.status != 200:
        return Report([_refusal(first), *_https(target)], {}, {}, 0)
    body = first.content()
    around = [*_https(target), *_headers(first, now), *_secret(target, body), *_again(target, first)]
    return check_feed(body).with_more(around)


def _found(point: str, what: str) -> Finding:
    return Finding(point, 0, what)


def _refusal(answer: Answer) -> Finding:
    if 300 <= answer.status < 400:
        return _found("redirect", f"Máy chủ chuyển hướng ({answer.status}); không đi theo.")
    return _found("answer", f"Máy chủ trả {answer.status}.")


def _https(target: Target) -> Found:
    if not target.secure:
        yield _found("https", "Lịch đọc được qua http.")


def _headers(answer: Answer, now: datetime) -> Found:
    kind = answer.header("content-type").lower().replace(" ", "").replace('"', "")
    if kind.split(";")[0] != "text/calendar" or "charset=utf-8" not in kind.split(";"):
        yield _found("media-type", f"Content-Type là “{kind[:60]}”." if kind else "Không có Content-Type.")
    if answer.header("x-content-type-options").lower() != "nosniff":
        yield _found("nosniff", "Không có X-Content-Type-Options: nosniff.")
    if answer.header("content-disposition").lower().startswith("attachment"):
        yield _found("attachment", "Có Content-Disposition: attachment.")
    if not answer.header("etag"):
        yield _found("etag", "Không có ETag.")
    elif answer.header("etag").startswith("W/"):
        yield _found("etag-weak", "ETag là loại yếu (W/).")
    yield from _last_modified(answer.header("last-modified"), now)
    rules = {part.strip().lower() for part in answer.header("cache-control").split(",")}
    if "private" not in rules or not rules & {"no-cache", "no-store"}:
        yield _found("caching", "Cache-Control không phải private, no-cache.")
    if answer.header("referrer-policy").lower() != "no-referrer":
        yield _found("referrer", "Không có Referrer-Policy: no-referrer.")
    if "noindex" not in answer.header("x-robots-tag").lower():
        yield _found("robots", "Không có X-Robots-Tag: noindex.")


def _last_modified(text: str, now: datetime) -> Found:
    if not text:
        yield _found("last-modified", "Không có Last-Modified.")
        return
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        yield _found("last-modified-value", "Last-Modified không phải ngày HTTP.")
        return
    if not text.endswith(" GMT") or moment.replace(tzinfo=UTC) > now + AGO:
        yield _found("last-modified-value", "Last-Modified không theo GMT hoặc ở tương lai.")


def _secret(target: Target, body: bytes) -> Found:
    keys = [part.removesuffix(".ics") for part in target.path.replace("?", "/").replace("=", "/").split("/")]
    if any(len(key) >= LONGEST_KEY and key.encode() in body for key in keys):
        yield _found("secret-inside", "Mã trong địa chỉ đăng ký có trong nội dung lịch.")


def _again(target: Target, first: Answer) -> Found:
    """What clients ask after the first time."""
    second = target.ask()
    if second.status == 200 and (second.body != first.body or second.header("etag") != first.header("etag")):
        yield _found("stable", _difference(first, second))
        return  # without a state to come back to, what is asked by it says nothing
    if first.header("etag"):
        yield from _by_tag(target, first)
    if first.header("last-modified"):
        yield from _by_date(target, first)
    yield from _head(target, first)
    yield from _packed(target, first)


def _difference(first: Answer, second: Answer) -> str:
    if first.body == second.body:
        return "Hai lần tải cho hai ETag."
    pairs = zip_longest(first.body.splitlines(), second.body.splitlines(), fillvalue=b"")
    names = {
        old.partition(b":")[0].partition(b";")[0].decode(errors="replace")[:20] for old, new in pairs if old != new
    }
    return f"Hai lần tải khác nhau ở {', '.join(sorted(names)[:5])}."


def _by_tag(target: Target, first: Answer) -> Found:
    tag = first.header("etag")
    strong = tag.removeprefix("W/")
    asked = {"If-None-Match": tag, "danh sách": f'"none", {strong}', "W/": f"W/{strong}", "*": "*"}
    answers = {how: target.ask(If_None_Match=value) for how, value in asked.items()}
    if missed := [how for how, answer in answers.items() if answer.status != 304]:
        yield _found("not-modified", f"Không trả 304 cho: {', '.join(missed)}.")
    known = answers["If-None-Match"]
    kept = ("etag", "last-modified", "cache-control")
    if known.status == 304 and any(known.header(name) != first.header(name) for name in kept):
        yield _found("not-modified-headers", "304 thiếu ETag, Last-Modified hoặc Cache-Control.")
    if date := first.header("last-modified"):
        other = target.ask(If_None_Match='"none"', If_Modified_Since=date)
        if other.status != 200:
            yield _found("precedence", f"ETag khác mà trả {other.status} theo If-Modified-Since.")


def _by_date(target: Target, first: Answer) -> Found:
    same = target.ask(If_Modified_Since=first.header("last-modified"))
    if same.status != 304 and not _is_young(first):
        yield _found("modified-since", f"If-Modified-Since bằng Last-Modified mà trả {same.status}.")
    strange = target.ask(If_Modified_Since="hom qua")
    if strange.status != 200:
        yield _found("modified-since-value", f"If-Modified-Since không đọc được mà trả {strange.status}.")


def _is_young(answer: Answer) -> bool:
    """Whether a feed changed so shortly before it was sent that its date does not tell it from the one before."""
    try:
        sent, modified = (parsedate_to_datetime(answer.header(name)) for name in ("date", "last-modified"))
        return timedelta(0) <= sent - modified < YOUNG
    except (TypeError, ValueError):
        return False


def _head(target: Target, first: Answer) -> Found:
    head = target.ask("HEAD")
    alike = ("content-type", "etag", "last-modified", "cache-control")
    lengths = {answer.header("content-length") for answer in (head, first)} - {""}
    if head.status != 200 or len(lengths) > 1 or any(head.header(name) != first.header(name) for name in alike):
        yield _found("head", f"HEAD trả {head.status}, không giống GET.")


def _packed(target: Target, first: Answer) -> Found:
    packed = target.ask(Accept_Encoding="gzip")
    if packed.header("content-encoding").lower() != "gzip":
        yield _found("gzip", "Không nén khi được hỏi gzip.")
    elif packed.content() != first.content():
        yield _found("gzip-differs", "Bản nén gzip khác bản không nén.")
