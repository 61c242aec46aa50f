"""Runs nOps' `manage.py` as its CronJobs do, at another time than now: nops_at.py 2026-11-22T10 dumptos3 ...

Its jobs know the running hour and yesterday only. Here "now" is the given hour, and the costs are asked for that hour.
Nothing else of it is changed.
"""

import datetime
import os
import pathlib
import sys
import tempfile
import types

hour = datetime.datetime.fromisoformat(sys.argv[1] + ":00:00")


class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return hour


sys.path.insert(0, os.getcwd())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nops_k8s_agent.settings")

import django  # noqa: E402

django.setup()

from django.core.management import execute_from_command_line  # noqa: E402
from nops_k8s_agent.management.commands import dumptos3  # noqa: E402

dumptos3.dt = types.SimpleNamespace(datetime=Clock, timedelta=datetime.timedelta)
whole_command = dumptos3.main_command
dumptos3.main_command = lambda window_start, window_end: whole_command(hour, hour + datetime.timedelta(hours=1))

try:
    execute_from_command_line(["manage.py", *sys.argv[2:]])
finally:
    # The job leaves the folders of its files.
    for name in ("", f"/month={hour.month}", f"/month={hour.month}/day={hour.day}")[::-1]:
        folder = pathlib.Path(tempfile.gettempdir()) / f"year={hour.year}{name}"
        for child in folder.glob("hour=*"):
            child.rmdir()
        if folder.is_dir():
            folder.rmdir()
