"""Working days where no calendar of holidays matters."""

import datetime as dt


def five_day_week(day: dt.date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5
