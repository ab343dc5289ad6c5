"""A witness of logs, for whoever wants to hold a platform to what it published."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_bytes
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responses.ledger.notes import MOST_BYTES, WITNESS, NoteError, Signer, Verifier
from responses.ledger.witness import Refused, Witness


class Command(BaseCommand):
    help = "Cosign the checkpoints of logs that only grow. It needs no database of the platform."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the witness's own name, such as witness.example")
        parser.add_argument(
            "--log", action="append", required=True, help="a platform's key, from its /log/key"
        )
        parser.add_argument("--state", required=True, help="folder for the key and what was seen")
        parser.add_argument("--port", type=int, default=8090)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        state = Path(options["state"])
        state.mkdir(parents=True, exist_ok=True)
        signer = Signer(options["name"], _seed(state / "key"))
        try:
            logs = [Verifier.read(log) for log in options["log"]]
        except NoteError as error:
            raise CommandError(str(error)) from error
        witness = Witness(signer, logs, state)
        server = serve(witness, options["host"], options["port"])
        self.stdout.write(f"{signer.verifier(WITNESS)}")
        self.stdout.write(f"listening on port {server.server_port}")
        with server:
            server.serve_forever()


def _seed(file: Path) -> bytes:
    """Made on first use, readable by its owner alone."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(descriptor, "wb") as kept:
        kept.write(seed := token_bytes(32))
    return seed


def serve(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """The server, not yet running."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint" or not length.isdecimal():
                return self.answer(404, "not found\n")
            if int(length) > MOST_BYTES:
                return self.answer(400, "too long\n")
            try:
                request = self.rfile.read(int(length)).decode()
                return self.answer(200, witness.add_checkpoint(request))
            except UnicodeDecodeError:
                return self.answer(400, "not UTF-8\n")
            except Refused as refused:
                return self.answer(refused.status, refused.body)

        def answer(self, status: int, body: str) -> None:
            data = body.encode()
            self.send_response(status)
            kind = "text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_arguments: Any) -> None:
            """Nobody's address is kept."""

    return ThreadingHTTPServer((host, port), Handler)
