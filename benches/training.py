"""Wall time and peak memory of one whole run of the command given. Run by `make bench ONLY=training`."""

import json
import resource
import subprocess
import sys
import time

start = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
seconds = time.monotonic() - start
# Bytes on macOS, KiB elsewhere.
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
for figure, value, unit in [("seconds_total", seconds, "s"), ("peak_mib", peak, "MiB")]:
    print(json.dumps({"figure": f"training.{figure}", "value": round(value, 1), "unit": unit, "against": None}))
