"""A witness: it cosigns a checkpoint of a log that it knows where the log only grew since the last
one (C2SP tlog-witness). A log that shows different people different answers does not get two.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from responses.ledger.notes import NoteError, Signer, Tree, Verifier, read_base64
from surveys import clock
from surveys.hash_tree import EMPTY, extends

MOST_STEPS = 63


class Refused(Exception):
    """With the status and the body that the protocol answers."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(body)
        self.status, self.body = status, body


class Witness:
    """`logs`: whose checkpoints are looked at; a key vouches for the origins that are its name or
    stand under it. What was cosigned last is kept in the folder `state`, before it is told."""

    def __init__(self, signer: Signer, logs: Sequence[Verifier], state: Path) -> None:
        self.signer, self.logs = signer, logs
        self.file = state / "seen.json"
        self._lock = Lock()

    def add_checkpoint(self, request: str) -> str:
        """The line that is added to the checkpoint's signatures. Raise Refused."""
        old, path, note = _read(request)
        try:
            tree = Tree.read(note)
        except NoteError as error:
            raise Refused(400, str(error)) from error
        self._must_be_signed(tree, note)
        with self._lock:
            seen = self._seen()
            size, root = seen.get(tree.origin, (0, EMPTY.hex()))
            if old != size:
                raise Refused(409, f"{size}\n")
            if old > tree.size:
                raise Refused(400, "the checkpoint is smaller than the one before")
            if tree.size == size and tree.root.hex() != root:
                raise Refused(409, f"{size}\n")
            if not extends(old, tree.size, path, bytes.fromhex(root), tree.root):
                raise Refused(422, "the log did not only grow")
            self._keep({**seen, tree.origin: (tree.size, tree.root.hex())})
        return self.signer.cosign(str(tree), int(clock.now().timestamp()))

    def _must_be_signed(self, tree: Tree, note: str) -> None:
        known = [
            log
            for log in self.logs
            if tree.origin == log.name or tree.origin.startswith(f"{log.name}/")
        ]
        if not known:
            raise Refused(404, "this log is not known here")
        if str(tree) + "\n" != note[: len(str(tree)) + 1]:
            raise Refused(400, "a checkpoint with lines that are not known here")
        signers = [Verifier(tree.origin, log.kind, log.key) for log in known]
        if all(signer.time_of(note) is None for signer in signers):
            raise Refused(403, "the log has not signed this")

    def _seen(self) -> dict[str, tuple[int, str]]:
        if not self.file.exists():
            return {}
        found: dict[str, tuple[int, str]] = json.loads(self.file.read_text())
        return found

    def _keep(self, seen: dict[str, tuple[int, str]]) -> None:
        fresh = self.file.with_suffix(".new")
        with fresh.open("w") as file:
            json.dump(seen, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.file)


def _read(request: str) -> tuple[int, list[bytes], str]:
    """The size of the checkpoint before, the proof from it, and the new checkpoint."""
    head, gap, note = request.partition("\n\n")
    first, *steps = head.split("\n")
    word, _space, size = first.partition(" ")
    if not gap or word != "old" or not (size.isascii() and size.isdecimal()) or len(size) > 18:
        raise Refused(400, "a request begins with the size of the checkpoint before")
    if len(steps) > MOST_STEPS:
        raise Refused(400, "no proof is so long")
    try:
        path = [read_base64(step) for step in steps]
    except NoteError as error:
        raise Refused(400, str(error)) from error
    return int(size), path, note
