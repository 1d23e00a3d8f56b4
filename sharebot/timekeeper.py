"""APScheduler's calendar, for a clock that may be set: what is done every so often goes on every so often.

It keeps its appointments by the wall clock alone. Set back by an hour, sources would lie unread and signs of life be
missing for that hour; set forward by years, as on a machine that starts in 1970, it would count each missed one.
"""

from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler

LOOK = 30.0
"""Seconds after which a clock that was set is noticed at the latest; that often there is something to do anyway."""


class Timekeeper(BackgroundScheduler):  # type: ignore[misc] # untyped
    """Does what it is asked to at intervals; no other triggers are known to it."""

    def _process_jobs(self) -> float:
        now = datetime.now(self.timezone)
        for job in self.get_jobs():
            if abs(job.next_run_time - now) > job.trigger.interval:
                job.modify(next_run_time=now)
        wait = super()._process_jobs()
        return LOOK if wait is None else min(wait, LOOK)
