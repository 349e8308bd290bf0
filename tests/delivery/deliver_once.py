"""One delivery in a process of its own, for a test to kill: database address, port of the server, day."""

import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from world import World

from config.holidays import read_calendar
from config.policies import read_policies
from engine.database import Database
from engine.mail.smtp import SmtpSettings, SmtpTransport

if __name__ == "__main__":
    url, port, day = sys.argv[1:]
    world = World(Database(url), read_calendar(), read_policies()["default"])
    world.deliver(date.fromisoformat(day), SmtpTransport(SmtpSettings("127.0.0.1", int(port))))
