"""The rules that a form offers: how often, made from the first day that was picked."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from bot.recurrence.model import Rule
from bot.recurrence.pattern import WEEKDAYS, Pattern

KEEP = "keep"
"""The rule stays as it is, as the form has no name for it."""

CHOICES: Mapping[str, str] = {
    "once": "Once",
    "daily": "Every day",
    "working_days": "Every working day",
    "weekly": "Every week, on that weekday",
    "fortnightly": "Every second week, on that weekday",
    "monthly_day": "Every month, on that day of it",
    "monthly_weekday": "Every month, on that weekday of it",
    "quarterly": "Every three months, on that day",
    "yearly": "Every year, on that day",
}
"""By name, what the form says."""


def rule_of(choice: str, start: datetime, zone: str, until: date | None = None) -> Rule:
    """The rule whose first day and time is `start`, local."""
    if choice == "once":
        return Rule(kind="once", start=start, zone=zone)
    return Rule(
        kind="rrule",
        text=str(_pattern(choice, start.date())),
        start=start,
        zone=zone,
        until=until,
        on_day_off="skip" if choice == "working_days" else "keep",
    )


def kept(rule: Rule, clock: time, until: date | None) -> Rule:
    """The same days at another time of day, or with another end."""
    start = datetime.combine(rule.start.date(), clock)
    text = rule.text
    if rule.kind == "cron":
        text = " ".join([str(clock.minute), str(clock.hour), *rule.text.split()[2:]])
    count = None if until else rule.count
    values = dict(rule) | {"start": start, "text": text, "until": until, "count": count}
    return Rule.model_validate(values)


def choice_of(rule: Rule) -> str:
    """The form's name for the rule; KEEP where it has none."""
    if rule.kind == "once":
        return "once"
    if rule.kind == "cron" or rule.count is not None:
        return KEEP
    for choice in CHOICES:
        if choice == "once":
            continue
        same = rule_of(choice, rule.start, rule.zone, rule.until)
        if same == rule:
            return choice
    return KEEP


def _pattern(choice: str, first: date) -> Pattern:
    weekday = WEEKDAYS[first.weekday()]
    is_last_day = (first + timedelta(days=1)).day == 1
    # The 30th and 31st are not in every month; the last day is.
    in_month = -1 if is_last_day and first.day > 28 else first.day
    nth = (first.day - 1) // 7 + 1
    patterns: dict[str, dict[str, object]] = {
        "daily": {"freq": "DAILY"},
        "working_days": {"freq": "DAILY"},
        "weekly": {"freq": "WEEKLY", "by_day": (weekday,)},
        "fortnightly": {"freq": "WEEKLY", "interval": 2, "by_day": (weekday,)},
        "monthly_day": {"freq": "MONTHLY", "by_month_day": (in_month,)},
        "monthly_weekday": {
            "freq": "MONTHLY",
            "by_day": (weekday,),
            "nth": (nth if nth < 5 else -1,),
        },
        "quarterly": {"freq": "MONTHLY", "interval": 3, "by_month_day": (in_month,)},
        "yearly": {"freq": "YEARLY", "by_month": (first.month,), "by_month_day": (first.day,)},
    }
    return Pattern.model_validate(patterns[choice])
