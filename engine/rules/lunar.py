"""Tết Nguyên đán by year: the first day of the lunar year in Việt Nam, and its name by stem and branch (can chi).

Source: the State's holiday notices of 2016-2027 and, for 2028-2030, the rule of the Vietnamese lunar calendar (UTC+7).
"""

import datetime as dt

TET = {
    2016: (2, 8), 2017: (1, 28), 2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22),
    2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 2),
}  # fmt: skip
STEMS = ("canh", "tân", "nhâm", "quý", "giáp", "ất", "bính", "đinh", "mậu", "kỷ")
BRANCHES = ("thân", "dậu", "tuất", "hợi", "tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi")
SPELLINGS = {"tí": "tý", "tị": "tỵ", "kỉ": "kỷ", "qúy": "quý"}


def tet(year: int) -> dt.date | None:
    """The first day of the lunar year that begins in `year`; None outside the years this table vouches for."""
    return dt.date(year, *TET[year]) if year in TET else None


def year_named(name: str) -> int | None:
    """The year of a name by stem and branch ("ất tỵ" is 2025); None where it names none of the table's years."""
    words = [SPELLINGS.get(word, word) for word in name.split()]
    return next((year for year in TET if words == [STEMS[year % 10], BRANCHES[year % 12]]), None)
