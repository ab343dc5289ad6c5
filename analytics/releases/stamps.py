"""Time stamps [RFC 3161]: an authority signs that it has seen a file's digest, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.x509.oid import NameOID
from rfc3161_client import (
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

LONGEST_NAME = 250


class StampError(Exception):
    """What is there is no stamp of this file by an authority that is trusted."""


class Stamped(NamedTuple):
    """When, by the authority's clock, and who it is by its certificate."""

    at: datetime
    authority: str


def certificates_in(path: Path) -> list[x509.Certificate]:
    """Those that are trusted, up to the authority's root, from a PEM file. Raises StampError."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise StampError(f"{path}: {error}") from error


def stamped(
    content: bytes,
    response: bytes,
    certificates: Sequence[x509.Certificate],
    nonce: int | None = None,
) -> Stamped:
    """What the response of an authority says of a file; `nonce`: what only the answer to this very
    question repeats. Certificates must have been valid when it was stamped. Raises StampError."""
    try:
        read = decode_timestamp_response(response)
        verifier = VerifierBuilder(roots=list(certificates), nonce=nonce).build()
        verifier.verify_message(read, content)
        return Stamped(read.tst_info.gen_time, _authority(read))
    except (VerificationError, ValueError, x509.InvalidVersion) as error:
        raise StampError(str(error)) from error


def _authority(read: TimeStampResponse) -> str:
    """The name in the certificate that the signature names, which the verifier has found."""
    (signer,) = read.signed_data.signer_infos
    found = map(x509.load_der_x509_certificate, read.signed_data.certificates)
    subject = next(
        each.subject
        for each in found
        if (each.issuer, each.serial_number) == (signer.issuer, signer.serial_number)
    )
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value if names else subject.rfc4514_string())[:LONGEST_NAME]
