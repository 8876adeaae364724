"""A Microsoft Teams on loopback that refuses whatever the real one would: people who type, click
and fill in dialogs (`driver`), a Bot Connector (`connector`), Microsoft's keys and login
(`identity`).

What Teams is silent about is refused too, so that nothing rests on a guess that suits us.
"""

from tests.fake_teams.connector import Fault
from tests.fake_teams.driver import Driver
from tests.fake_teams.server import FakeTeams
from tests.fake_teams.world import Human, Message, Place

__all__ = ["Driver", "FakeTeams", "Fault", "Human", "Message", "Place"]
