"""Sixty-four phrases as different people would type them, with what they mean.

Written before the grammar, and not changed to please it: what is expected here is what a person
means. The grammar may ask back where it cannot read one of them; it may never read one otherwise.
(On its first run it read 49 of the 50 that can be read, asked about one, and read none wrongly.)

It is Wednesday 13 January 2027, 10:00 in Berlin. A line is the phrase and either ASKS or
"rule @ first local time", followed by the zone where it is not Europe/Berlin, `off=` what
happens on a day off, `until=` and `count=`.
"""

ASKS = "asks back"

_DAILY = "FREQ=DAILY"
_WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"

FIRST_PHRASES: tuple[tuple[str, str], ...] = (
    # The organised product manager
    ("every other Friday 16:30", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR @ 2027-01-15 16:30"),
    ("first Monday of the month", "FREQ=MONTHLY;BYDAY=1MO @ 2027-02-01 09:00"),
    ("First Monday of the month at 10:15", "FREQ=MONTHLY;BYDAY=1MO @ 2027-02-01 10:15"),
    ("every working day 08:45", f"{_DAILY} @ 2027-01-14 08:45 off=skip"),
    (
        "last working day of the month, 4 pm",
        "FREQ=MONTHLY;BYMONTHDAY=-1 @ 2027-01-31 16:00 off=previous",
    ),
    ("every three months on the 15th", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15 @ 2027-01-15 09:00"),
    (
        "every quarter on the first Monday at 10am",
        "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=1MO @ 2027-04-05 10:00",
    ),
    ("quarterly", "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=1 @ 2027-04-01 09:00"),
    ("every Friday until 30 June", "FREQ=WEEKLY;BYDAY=FR @ 2027-01-15 09:00 until=2027-06-30"),
    ("Tuesdays at 9:30 for 6 weeks", "FREQ=WEEKLY;BYDAY=TU @ 2027-01-19 09:30 until=2027-03-01"),
    # The hurried engineer
    ("fri 4pm", "once @ 2027-01-15 16:00"),
    ("tmrw 9", ASKS),
    ("tomorrow 14:00", "once @ 2027-01-14 14:00"),
    ("mon-fri 9:15", f"{_WEEKDAYS} @ 2027-01-14 09:15"),
    ("weekdays @ 9", f"{_WEEKDAYS} @ 2027-01-14 09:00"),
    ("in 2h", "once @ 2027-01-13 12:00"),
    ("in 90 minutes", "once @ 2027-01-13 11:30"),
    ("cron 30 9 * * 1-5", "30 9 * * 1-5 @ 2027-01-14 09:30"),
    ("2027-03-12 14:00", "once @ 2027-03-12 14:00"),
    ("2027-03-12T14:00", "once @ 2027-03-12 14:00"),
    # The one who speaks to it
    ("next Tuesday at half past nine", "once @ 2027-01-19 09:30"),
    ("every Friday at half past four", "FREQ=WEEKLY;BYDAY=FR @ 2027-01-15 16:30"),
    ("every weekday at a quarter to nine in the morning", f"{_WEEKDAYS} @ 2027-01-14 08:45"),
    (
        "on the last day of every month at five in the afternoon",
        "FREQ=MONTHLY;BYMONTHDAY=-1 @ 2027-01-31 17:00",
    ),
    ("the day after tomorrow at noon", "once @ 2027-01-15 12:00"),
    ("a week from today at noon", "once @ 2027-01-20 12:00"),
    ("in three months", "once @ 2027-04-13 10:00"),
    ("when the launch is over", ASKS),
    ("every now and then", ASKS),
    ("every morning at 8", f"{_DAILY} @ 2027-01-14 08:00"),
    # The American
    ("every Monday and Thursday at 2:30 PM", "FREQ=WEEKLY;BYDAY=MO,TH @ 2027-01-14 14:30"),
    ("March 12th at 3pm", "once @ 2027-03-12 15:00"),
    ("December 24, 2027 at noon", "once @ 2027-12-24 12:00"),
    ("3/4 at 9am", ASKS),
    ("12/25 at 8 a.m.", "once @ 2027-12-25 08:00"),
    ("biweekly on Thursday at 3pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH @ 2027-01-14 15:00"),
    ("biweekly", ASKS),
    (
        "every business day at 9am Boston time",
        f"{_DAILY} @ 2027-01-13 09:00 America/New_York off=skip",
    ),
    # The European
    ("every Wednesday 16.30", "FREQ=WEEKLY;BYDAY=WE @ 2027-01-13 16:30"),
    ("every Wednesday 16h30", "FREQ=WEEKLY;BYDAY=WE @ 2027-01-13 16:30"),
    ("12 March 14:00", "once @ 2027-03-12 14:00"),
    ("the 12th of March at 14:00", "once @ 2027-03-12 14:00"),
    ("31.03.2027 09:00", "once @ 2027-03-31 09:00"),
    ("every year on 1 April", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1 @ 2027-04-01 09:00"),
    ("every second Tuesday of the month at 11:00", "FREQ=MONTHLY;BYDAY=2TU @ 2027-02-09 11:00"),
    ("every third Tuesday", ASKS),
    ("fortnightly on Mondays 9:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO @ 2027-01-18 09:00"),
    # The one far away
    ("every day at 9:00 in Tokyo", f"{_DAILY} @ 2027-01-14 09:00 Asia/Tokyo"),
    ("tomorrow 9am San Francisco time", "once @ 2027-01-14 09:00 America/Los_Angeles"),
    ("Mondays 10:00 CET", "FREQ=WEEKLY;BYDAY=MO @ 2027-01-18 10:00"),
    ("every Friday 10:00 IST", ASKS),
    ("daily at 18:00 UTC", f"{_DAILY} @ 2027-01-13 18:00 UTC"),
    # The careful one, and the one who asks for what cannot be
    (
        "every Thursday at 15:00 except holidays",
        "FREQ=WEEKLY;BYDAY=TH @ 2027-01-14 15:00 off=skip_holidays",
    ),
    ("every day at 12:00, 10 times, starting 1 February", f"{_DAILY} @ 2027-02-01 12:00 count=10"),
    ("on the 31st of every month", ASKS),
    ("30 February", ASKS),
    ("29 February at 10:00", "once @ 2028-02-29 10:00"),
    ("today at 08:00", ASKS),
    ("every day at 9 and 17", ASKS),
    ("every Friday at 25:00", ASKS),
    ("every hour", ASKS),
    ("twice a week on Mon and Thu at 9:00", "FREQ=WEEKLY;BYDAY=MO,TH @ 2027-01-14 09:00"),
    ("twice a week on Wednesday", ASKS),
    ("end of the month", "once @ 2027-01-31 09:00"),
)
