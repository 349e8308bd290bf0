"""A test mail (thư thử) to each address of a plan, before anything counts on them. Nothing of it is in the ledger."""

from collections.abc import Sequence
from html import escape

from engine.clock import Moment
from engine.delivery import NOT_ALLOWED, Sending
from engine.mail.allowed import is_allowed
from engine.mail.errors import MailError
from engine.mail.message import Content, Heading, compose

SUBJECT = "[Thử] Địa chỉ nhận thư đôn đốc"
TEXT = (
    "Đây là thư thử của hệ thống Đôn Đốc. Địa chỉ này sẽ nhận thư nhắc hạn của {name}.\n"
    "Thư gửi tự động, không cần trả lời. Nếu nhận nhầm, xin liên hệ người điều phối kế hoạch.\n"
)


async def send_trials(sending: Sending, addresses: Sequence[tuple[str, str]], when: Moment) -> dict[str, str]:
    """Send a test mail to each (name, address).

    Returns:
        The addresses that did not take it, with what the server said or why no mail could be made.
    """
    refused: dict[str, str] = {}
    async with sending.transport as transport:
        for place, (name, address) in enumerate(dict.fromkeys(addresses)):
            text = TEXT.format(name=name)
            content = Content(SUBJECT, text, f"<p>{'</p><p>'.join(escape(text).splitlines())}</p>", "vi")
            sender = sending.desk.sender
            if not is_allowed(address, sending.allow):
                refused[address] = NOT_ALLOWED
                continue
            mark = f"trial-{when.real:%Y%m%d%H%M%S}-{place}"
            try:
                mail = compose(content, sender, Heading(mark, (name, address), when.now))
                await transport.send(mail, sender=mail.sender, recipient=address)
            except MailError as error:
                refused[address] = str(error)
            sending.progress(place + 1)
    return refused
