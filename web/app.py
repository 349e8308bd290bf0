"""The web door: pages, feeds, API and health on one application."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.staticfiles import StaticFiles

from config.assembly import TEMPLATES, Installation
from config.schedule import read_schedule
from flows.clock import duties_running
from web import api, errors, feed, health, render
from web.doorway import Doorway
from web.guard import admit, own_forms
from web.pages import demo, feeds, log, mail, plans, preferences, signin, tasks
from web.session import Signing


def create_app(installation: Installation, *, duties: bool = True) -> FastAPI:
    """The application for one installation.

    Args:
        installation: what it shows and works on.
        duties: whether this process also does the duties at their hours; one process a database does.
    """
    app = FastAPI(
        title="Đôn Đốc",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(installation, duties=duties),
        dependencies=[Depends(admit), Depends(own_forms)],
    )
    app.state.installation = installation
    app.state.signing = Signing(installation)
    app.state.pages = render.pages(TEMPLATES / "web")
    app.state.wishes = preferences.sparing()
    app.state.fetches = feed.Fetches(installation)
    app.state.schedule = read_schedule()
    app.state.started = installation.clock.real()
    for part in (health, feed, api, plans, tasks, log, mail, feeds, signin, preferences, demo):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=render.STATIC), name="static")
    errors.register(app)
    app.add_middleware(Doorway, broken=errors.broken, https=app.state.signing.secure)
    return app


def _lifespan(installation: Installation, *, duties: bool) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What runs beside the pages: the duties, and at the end what is still to be written."""

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            if duties:
                home, schedule = installation.settings.home, app.state.schedule
                await running.enter_async_context(duties_running(installation, home=home, schedule=schedule))
            yield
        app.state.fetches.write()

    return living
