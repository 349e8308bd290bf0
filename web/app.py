"""The web door: pages, feeds, API and health on one application."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.staticfiles import StaticFiles

from config.assembly import Installation
from config.files import TEMPLATES
from config.schedule import read_schedule
from flows.clock import duties_running
from web import api, errors, health, render
from web.doorway import Doorway
from web.feed import FeedDoor, Feeds
from web.guard import admit, own_forms
from web.letterbox import letterbox
from web.pages import demo, feeds, log, mail, plans, preferences, signin, tasks, templates
from web.session import Signing


def create_app(installation: Installation, *, duties: bool = True, door: socket.socket | None = None) -> FastAPI:
    """The application for one installation.

    Args:
        installation: what it shows and works on.
        duties: whether this process also does the duties at their hours; one process a database does.
        door: where the mail server brings what came back, if it does so here.
    """
    app = FastAPI(
        title="Đôn Đốc",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(installation, duties=duties, door=door),
        dependencies=[Depends(admit), Depends(own_forms)],
    )
    app.state.installation = installation
    app.state.signing = Signing(installation)
    app.state.pages = render.pages(TEMPLATES / "web")
    app.state.wishes = preferences.sparing()
    app.state.feeds = Feeds(installation)
    app.state.schedule = read_schedule()
    app.state.started = installation.clock.real()
    for part in (health, api, plans, tasks, log, mail, templates, feeds, signin, preferences, demo):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=render.STATIC), name="static")
    errors.register(app)
    app.add_middleware(FeedDoor, feeds=app.state.feeds, signing=app.state.signing)
    app.add_middleware(Doorway, broken=errors.broken, https=app.state.signing.secure)
    return app


def _lifespan(
    installation: Installation, *, duties: bool, door: socket.socket | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What runs beside the pages: the duties, and at the end what is still to be written."""

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            if door is not None:
                await running.enter_async_context(letterbox(installation, door))
            if duties:
                home, schedule = installation.settings.home, app.state.schedule
                await running.enter_async_context(duties_running(installation, home=home, schedule=schedule))
            yield
        app.state.feeds.close()

    return living
