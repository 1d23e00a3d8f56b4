"""Public holidays of countries and their parts, as the package `holidays` knows them for the years 1990 to 2100.

A place is written as in ISO 3166: "FR", or with a part of the country "DE-BY". Each year is computed once.
"""

import re
from datetime import date
from functools import lru_cache

from sharebot.schedule.near import nearest

_CURE = "write its code in capital letters, such as FR, or with a part of it, such as DE-BY"


def is_holiday(day: date, place: str) -> bool:
    """Whether the country, or this part of it, has a public holiday on that day, be it in place of another day."""
    return day in _year(place, day.year)


@lru_cache(maxsize=64)
def _year(place: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    country, _, part = place.partition("-")
    # A holiday early in January may be kept in the December before it, and is listed with its own year.
    years = country_holidays(country, subdiv=part or None, years=(year - 1, year, year + 1))
    return frozenset(day for day in years if day.year == year)


def parse_holidays(text: str) -> str:
    """Check that the holidays of a place are known. Raises ValueError with the cure."""
    country, dash, part = text.partition("-")
    names = _countries()
    if country not in names:
        raise ValueError(f"{country!r} is no country whose holidays are known; {_country_like(country)}")
    parts, other = _parts(country)
    if dash and part not in parts:
        raise ValueError(f"{part!r} is no part of {names[country]}; {_part_like(country, part, parts, other)}")
    return text


def name_of(place: str) -> str:
    """Name a place for people: "France", "Germany (BY)"."""
    country, _, part = place.partition("-")
    return f"{_countries()[country]} ({part})" if part else _countries()[country]


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Return all names by code; the package spells them in one word, such as UnitedStates."""
    from holidays.registry import COUNTRIES

    return {code: _spaced(name) for name, code, *_ in COUNTRIES.values()}


def _spaced(name: str) -> str:
    words = re.sub("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(" (And|Of|The) ", lambda match: match[0].lower(), words)


def _parts(country: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the codes of a country's parts, and other names of them beside the code."""
    from holidays import country_holidays

    found = country_holidays(country)
    return found.subdivisions, found.subdivisions_aliases


def _country_like(text: str) -> str:
    from holidays.registry import COUNTRIES

    codes = {name.casefold(): names[1] for names in COUNTRIES.values() for name in (*names, _spaced(names[0]))}
    folded = text.casefold()
    near = folded if folded in codes else nearest(folded, codes) if folded else None
    return f"did you mean {codes[near]} ({_countries()[codes[near]]})?" if near else _CURE


def _part_like(country: str, text: str, parts: tuple[str, ...], other: dict[str, str]) -> str:
    codes = {part: part for part in parts} | other
    near = nearest(text, codes) if text else None
    if near:
        return f"did you mean {country}-{codes[near]}?"
    return f"choose from {', '.join(f'{country}-{part}' for part in parts)}" if parts else f"write {country} alone"
