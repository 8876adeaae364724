"""The page's own numbers."""

LONGEST_MESSAGE = 12_000
"""Characters of one message."""
LARGEST_REQUEST = 256 * 1024
"""Bytes of one request: room for a long charter in a form, in any script."""
MOST_SHOWN = 200
"""Messages of a conversation that a page shows."""
MOST_PAGES = 200
"""Pages that may be open at once."""
LONGEST_QUEUE = 100
"""Updates that wait for a slow page before it is told to load itself anew."""
HEARTBEAT = 15.0
"""Seconds between signs of life to an open page, so that no proxy in between closes it."""
SESSION_DAYS = 30
"""How long a sign-in lasts."""
SLOW_DOWN = 1.0
"""Seconds that a wrong password costs."""
MOST_WRONG_AT_ONCE = 5
"""Wrong passwords that may be waiting out their second; with `SLOW_DOWN`, guesses a second."""
MOST_PASSING = 500
"""Messages that are held in this process alone."""
