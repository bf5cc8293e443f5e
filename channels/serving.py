"""What the web server imports: `app()` builds one process from its environment.

Embedded, the process that serves also sends and keeps the clock, in one thread; with a Procfile each is its own.
"""

import os
import threading
from dataclasses import replace

from flask import Flask

from channels import jobs, wiring
from channels.app import create_app
from channels.server import EMBEDDED
from grievance.settings import PREFIX


def app() -> Flask:
    """Build the application (and, embedded, start its thread)."""
    embedded = os.environ.get(EMBEDDED) == "1"
    settings = wiring.settings_of({k: v for k, v in os.environ.items() if k.startswith(PREFIX)})
    wiring.log_to_stderr(settings.log)
    house = wiring.house_of(settings, processes=wiring.EMBEDDED if embedded else None)
    made = create_app(replace(house, ring=house.ring))
    if embedded:
        worker = wiring.worker_house(house)
        rounds = (*wiring.WORKER_ROUNDS, lambda _house: wiring.run_rounds(house))
        threading.Thread(
            target=jobs.poll,
            args=(worker, threading.Event(), jobs.EVERY),
            kwargs={"rounds": rounds},
            name="poller",
            daemon=True,
        ).start()
    return made
