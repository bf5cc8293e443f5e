"""A deployment that serves on a port of loopback, for gateways that are processes of their own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from channels.app import create_app
from channels.house import House
from channels.outgoing import delivery, errands
from channels.wiring import worker_house
from grievance.case import CASES
from grievance.inbox import Inbound
from grievance.notice import ATTEMPTS, NOTICES
from tests.deployment import Deployment, Keys, free_port, keys  # noqa: F401  a fixture


class _Silent(WSGIRequestHandler):
    def log(self, *_: object) -> None: ...


@dataclass
class Served:
    """A deployment whose doors stand open on loopback."""

    house: House
    url: str
    busy: int = 0

    def turn(self) -> None:
        """Do what the process that sends does in one round."""
        worker = worker_house(self.house)
        errands.Errands()(worker)
        delivery.drain(worker, hands=1)

    def cases(self) -> list[Any]:
        """List the cases."""
        return self.house.store.read(lambda conn: list(conn.execute(select(CASES))))

    def outcomes(self) -> list[str]:
        """List what became of each message that came."""
        rows = select(Inbound.outcome)  # type: ignore[call-overload]
        return self.house.store.read(lambda conn: list(conn.execute(rows).scalars()))

    def states(self) -> list[str]:
        """List how far our messages are."""
        return self.house.store.read(lambda conn: sorted(conn.execute(select(NOTICES.c.state)).scalars()))

    def gateways(self) -> set[str]:
        """List by which gateways they went."""
        return self.house.store.read(lambda conn: set(conn.execute(select(ATTEMPTS.c.gateway)).scalars()))


Serve = Callable[..., AbstractContextManager[Served]]


@pytest.fixture
def port() -> int:
    """Find a free port."""
    return free_port()


@pytest.fixture
def serve(tmp_path: Path, keys: Keys, port: int) -> Serve:  # noqa: F811
    """Give what serves a deployment with these settings until the end of a block."""

    @contextmanager
    def serving(**more: str) -> Iterator[Served]:
        base = f"http://127.0.0.1:{port}"
        made = Deployment(
            tmp_path / "home", f"sqlite:///{tmp_path / 'own.db'}", keys, base_url=base
        ).prepare()
        house = made.house(**more)
        app, served = create_app(house), Served(house, base)

        def door(environ: Any, start: Any) -> Any:
            if served.busy > 0:
                served.busy -= 1
                start("503 Service Unavailable", [("Content-Length", "0")])
                return [b""]
            return app(environ, start)

        server = make_server("127.0.0.1", port, door, threaded=True, request_handler=_Silent)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            house.store.close()

    return serving
