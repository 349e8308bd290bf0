"""Moving the clock of a demo, so that a newcomer watches reminders, escalations and mail happen."""

import threading
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import RedirectResponse

from engine.demo import Moving, advance
from web.here import InHere

router = APIRouter(include_in_schema=False)

STEPS = (1, 7)
TURN = threading.Lock()
"""Two who press the button at once move the clock one after the other."""


@router.post("/demo/advance")
def moved(here: InHere, days: Annotated[int, Form()], back: Annotated[str, Form()] = "/") -> RedirectResponse:
    """Let a day or a week pass, with all its duties, and tell what happened."""
    if not here.demo:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if days not in STEPS:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "Đồng hồ thử chỉ đi 1 ngày hoặc 1 tuần mỗi lần.")
    installation = here.installation
    moving = Moving(
        installation.database,
        installation.do,
        installation.set_demo_clock,
        mail_at=installation.settings.mail.window[0],
    )
    with TURN:
        done = advance(moving, installation.clock.now(), days)
    quiet = "không có gì đến hạn" if not done.entries and not done.messages else ""
    told = quiet or f"{done.messages} thư đã gửi, {done.entries} mục nhật ký mới"
    return here.go(back, saying=f"Đã qua {done.days} ngày: {told}.")
