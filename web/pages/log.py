"""The escalation log: what was sent to whom, by which rung, and how to check that nothing was changed."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from engine.queries.history import LogLine, Sought, log_lines
from engine.queries.mail import addresses
from engine.queries.pages import owner_agencies, plan_heads
from web.here import Before, Here, InHere
from web.words import KINDS, said

router = APIRouter(include_in_schema=False)

PAGE = 40
ALL = "all"


@router.get("/log")
def log(here: InHere, plan: str = "", agency: str = "", kind: str = "", before: Before = None) -> HTMLResponse:
    """The newest entries, narrowed to a plan, an agency, a kind; older ones by paging."""
    own = here.agency
    with here.installation.database.read() as session:
        heads = plan_heads(session)
        chosen = next((head.id for head in heads if head.slug == plan), None)
        sought = Sought(
            plan_id=chosen if plan and chosen is not None else (0 if plan else None),
            agency=own if own is not None else agency or None,
            kinds=_kinds(kind),
            before=before,
            limit=PAGE + 1,
        )
        lines = log_lines(session, sought)
        known = addresses(session, [line.data["mailbox"] for line in lines if "mailbox" in line.data])
        agencies = owner_agencies(session)
    older = lines[PAGE - 1].entry_id if len(lines) > PAGE else None
    filters = {"plan": plan, "agency": agency, "kind": kind}
    return here.page(
        "log.html",
        lines=[(line, _words(line, here, known)) for line in lines[:PAGE]],
        older=_older(filters, older),
        newest=before is None,
        plans=heads,
        agencies=[pair for pair in agencies if own in (None, pair[0])],
        kinds=KINDS,
        chosen=filters,
        public_key=here.installation.public_key_file.name,
    )


def _kinds(chosen: str) -> list[str] | None:
    """Which kinds are shown. Unasked, deliveries are left out: how each mail fared stands beside its recipient."""
    if chosen == ALL:
        return None
    return [chosen] if chosen else [kind for kind in KINDS if kind != "delivery"]


def _words(line: LogLine, here: Here, known: Mapping[int, str]) -> str:
    return said(line, here.policy(line.policy.partition("@")[0]), known)


def _older(filters: Mapping[str, str], before: int | None) -> str:
    kept = {name: value for name, value in filters.items() if value}
    return f"/log?{urlencode(kept | {'before': before})}" if before else ""
