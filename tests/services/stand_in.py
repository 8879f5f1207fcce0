"""The smallest service: answers ``/health/ready``, and misbehaves when its environment says so."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from contracts.values import new_id


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"pid": os.getpid(), "id": str(new_id()), "environment": dict(os.environ)}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        sys.stderr.write(f"asked: {self.path}\n")


def main() -> None:
    """Serve until a signal ends it."""
    if os.environ.get("STAND_IN") == "fails":
        sys.stderr.write("the stand-in was told to fail\n")
        raise SystemExit(3)
    if os.environ.get("STAND_IN") == "does not listen":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    address = (os.environ["JATKUMO_HTTP_HOST"], int(os.environ["JATKUMO_HTTP_PORT"]))
    ThreadingHTTPServer(address, _Handler).serve_forever()
