"""A plan for programs, as JSON."""

from dataclasses import asdict
from typing import Any

from sharebot.cli.output import delivery_json, local
from sharebot.cli.planning.view import View
from sharebot.pipeline import Entry
from sharebot.pipeline.quota import Forecast, Window


def value(view: View) -> dict[str, Any]:
    """Return a plan as a JSON value."""
    return {
        "deliveries": [_entry(view, entry) for entry in view.entries],
        "warnings": view.warnings,
        "quotas": [_forecast(forecast) for forecast in view.forecasts],
        "counts": view.counts,
    }


def _entry(view: View, entry: Entry) -> dict[str, Any]:
    delivery, before = entry.delivery, entry.before
    was = before and {"state": before.state.value, "due": local(before.due, before.zone)}
    return delivery_json(delivery) | {
        "change": entry.change,
        "why": entry.why,
        "parts": view.parts(delivery),
        "warnings": list(entry.warnings),
        "zone": delivery.zone,
        "notes": view.notes(delivery),
        "before": was,
        "words": [[list(words) for words in part] for part in view.differences(entry)],
        "beside": view.beside(entry),
    }


def _forecast(forecast: Forecast) -> dict[str, Any]:
    account = forecast.account
    return {
        "account": account.name,
        "platform": account.platform,
        "posts": forecast.posts,
        "parts": forecast.parts,
        "links": forecast.links,
        "cost": round(forecast.cost, 4),
        "budget": account.budget.amount if account.budget else None,
        "months": [
            {
                "month": f"{m.first:%Y-%m}",
                "posts": m.posts,
                "links": m.links,
                "cost": round(m.cost, 4),
                "beyond": _keys(m.beyond),
            }
            for m in forecast.months
        ],
        "windows": [_window(window, forecast.zone) for window in forecast.windows],
        "waiting": [{"because": each.because, "keys": _keys(each.waiting)} for each in forecast.held],
    }


def _window(window: Window, zone: str) -> dict[str, Any]:
    quota = asdict(window.quota) | {"within": int(window.quota.within.total_seconds())}
    return quota | {"spent": window.spent, "start": local(window.start, zone), "waiting": _keys(window.waiting)}


def _keys(deliveries: Any) -> list[str]:
    return [delivery.key for delivery in deliveries]
