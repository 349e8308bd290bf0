"""Gets a demo ready before it is served: the sample plan loaded and running, its first morning done."""

from collections.abc import Iterator

from config.assembly import DEMO_PLAN, Installation
from engine.demo import live
from engine.intake.loading.load import load
from engine.intake.reader import read_plan
from engine.plans import activate, find_plan
from engine.queries.pages import any_plan, people
from web.session import signin_link


def prepare(installation: Installation) -> bool:
    """Give a demo without a plan the sample plan, people who sign in, and its first day; whether it did.

    Raises:
        RefusedError: the database is no demo, or the sample plan cannot be loaded.
    """
    with installation.database.read() as session:
        if any_plan(session):
            return False
    draft = read_plan(DEMO_PLAN, installation.registry, is_working=installation.calendar.is_working)
    when = installation.writing_moment()
    with installation.database.write() as session:
        slug = load(session, draft, registry=installation.registry, people=installation.people, when=when).slug
        activate(session, find_plan(session, slug), calendar=installation.calendar, when=when)
    installation.put_people()
    live(installation.do, when.today, mail_at=installation.settings.mail.window[0])
    installation.publish(installation.clock.moment())
    return True


def signin_links(installation: Installation) -> Iterator[tuple[str, str, str]]:
    """Role, name and link of the first person of each role."""
    seen: set[str] = set()
    with installation.database.read() as session:
        everybody = people(session)
    for person in everybody:
        if person.role not in seen:
            seen.add(person.role)
            yield person.role, person.name, signin_link(installation, person.key)
