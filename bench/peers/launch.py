"""Runs a program to its end and writes what it took, as JSON, to a file: launch.py usage.json program argument ..."""

import json
import resource
import subprocess
import sys
import time

usage_file, *command = sys.argv[1:]
start = time.time()
code = subprocess.run(command).returncode
end = time.time()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(usage_file, "w") as file:
    json.dump(
        {
            "code": code,
            "startMs": start * 1000,
            "endMs": end * 1000,
            "cpuMs": (used.ru_utime + used.ru_stime) * 1000,
            "maxRssMiB": used.ru_maxrss / 1024,
        },
        file,
    )
