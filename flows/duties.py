"""The Prefect flows: thin shells that hold no rule. Only this module and the worker import Prefect."""

import flows.before_prefect  # noqa: F401

# isort: split
from prefect import flow
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY
from prefect.settings.context import temporary_settings
from prefect.settings.legacy import Setting

from flows.errand import ERRAND, Errand, current
from flows.server import Address

Counts = dict[str, int]


@flow(name="daily_sweep")
async def daily_sweep(now: str | None = None) -> Counts:
    """Remind and escalate: what the ladder says is due goes into ledger and outbox."""
    return await current("daily_sweep").perform(now, via="prefect")


@flow(name="deliver_outbox")
async def deliver_outbox(now: str | None = None) -> Counts:
    """Send the mail that is due."""
    return await current("deliver_outbox").perform(now, via="prefect")


@flow(name="publish_feeds")
async def publish_feeds(now: str | None = None) -> Counts:
    """Make the calendar blocks anew whose duties have changed."""
    return await current("publish_feeds").perform(now, via="prefect")


@flow(name="open_recurring")
async def open_recurring(now: str | None = None) -> Counts:
    """Open the next turn of the duties that come again."""
    return await current("open_recurring").perform(now, via="prefect")


@flow(name="take_bounces")
async def take_bounces(now: str | None = None) -> Counts:
    """Take the mail that came back, and prove that it can."""
    return await current("take_bounces").perform(now, via="prefect")


FLOWS = {shell.name: shell for shell in (daily_sweep, deliver_outbox, publish_feeds, open_recurring, take_bounces)}


async def through_prefect(errand: Errand, now: str, *, address: Address) -> None:
    """Run the flow of the errand's name in this process, recorded by the server at `address`."""
    # A heartbeat is a thread and a websocket a run; this process is looked at in other ways.
    own: dict[Setting, str | None] = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
    if address.secret:
        own |= {PREFECT_API_URL: address.url, PREFECT_API_AUTH_STRING: address.secret}
    token = ERRAND.set(errand)
    try:
        with temporary_settings(own):
            await FLOWS[errand.name](now=now)
    finally:
        ERRAND.reset(token)
