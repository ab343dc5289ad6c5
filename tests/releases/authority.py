"""A time-stamping authority of one's own: `openssl ts -reply` behind a small server."""

import datetime
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIGURATION = """[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""


class Authority:
    """Its certificate and its root's lie in `folder`. `answers`: what it gives instead of a stamp,
    status and body; `asked`: the questions so far."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.url = folder, ""
        self.answers: tuple[int, bytes] | None = None
        self.asked: list[bytes] = []
        folder.mkdir()
        root_key, key = (rsa.generate_private_key(65537, 2048) for _k in range(2))
        above = _certificate(f"Root of {name}", f"Root of {name}", root_key, root_key, 1)
        own = _certificate(name, f"Root of {name}", key, root_key, 2)
        for file, certificate in (("root.pem", above), ("tsa.pem", own)):
            (folder / file).write_bytes(certificate.public_bytes(Encoding.PEM))
        (folder / "tsa.key").write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        (folder / "serial").write_text("01\n")
        (folder / "ts.cnf").write_text(CONFIGURATION.format(folder=folder))

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def stamp(self, question: bytes) -> bytes:
        (self.folder / "question").write_bytes(question)
        command = ["openssl", "ts", "-reply", "-config", self.folder / "ts.cnf"]
        command += ["-queryfile", self.folder / "question", "-out", self.folder / "answer"]
        subprocess.run(command, check=True, capture_output=True)
        return (self.folder / "answer").read_bytes()

    def reply(self, question: bytes) -> tuple[int, bytes]:
        self.asked.append(question)
        return self.answers or (200, self.stamp(question))


@contextmanager
def listening(authority: Authority) -> Iterator[Authority]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            kind = self.headers["Content-Type"]
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, reply = (
                authority.reply(body) if kind.endswith("/timestamp-query") else (415, b"")
            )
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield authority
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _certificate(name, issuer, key, issuers_key, serial) -> x509.Certificate:
    begins = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    built = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(begins)
        .not_valid_after(begins + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(name == issuer, None), critical=True)
    )
    if name != issuer:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        built = built.add_extension(purpose, critical=True)
    return built.sign(issuers_key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
