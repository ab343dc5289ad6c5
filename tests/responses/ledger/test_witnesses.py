"""Checkpoints as notes that others read, and witnesses that refuse a log which shows two faces."""

import base64
import hashlib
import json
from random import Random
from threading import Thread

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from analytics.counting.tally import fold
from responses.ledger import checkpoints, cosigning
from responses.ledger.notes import LOG, WITNESS, NoteError, Signer, Tree, Verifier, parts_of
from responses.ledger.witness import Refused, Witness
from responses.management.commands.witness import serve
from responses.models import Checkpoint
from surveys.hash_tree import consistency_spans, hash_of, leaf_hash, root_over

SEED = 20261128
LOG_NAME = "survey.example"
ORIGIN = f"{LOG_NAME}/log/W1"


class Log:
    """A log of numbered leaves in memory, with the proofs that a platform would give."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = [leaf_hash(leaf) for leaf in leaves]

    def _node(self, node) -> bytes:
        level, place = node
        return root_over(self.leaves[place << level : (place + 1) << level])

    def root(self, size: int) -> bytes:
        return hash_of((0, size), self._node)

    def request(self, old: int, size: int, signer: Signer) -> str:
        spans = consistency_spans(old, size)
        steps = [base64.b64encode(hash_of(span, self._node)).decode() for span in spans]
        text = str(Tree(ORIGIN, size, self.root(size)))
        return "\n".join([f"old {old}", *steps]) + f"\n\n{text}\n{signer.sign(text)}"


def signer(name: str, number: int) -> Signer:
    return Signer(name, bytes([number]) * 32)


@pytest.fixture
def platform() -> Signer:
    return signer(ORIGIN, 7)


@pytest.fixture
def vouches() -> Verifier:
    """One key for all logs of the platform."""
    return signer(LOG_NAME, 7).verifier(LOG)


@pytest.fixture
def witnesses(tmp_path, vouches):
    made = []
    for k in range(3):
        (tmp_path / str(k)).mkdir()
        made.append(Witness(signer(f"w{k}.example", k), [vouches], tmp_path / str(k)))
    return made


def test_a_log_that_grows_is_cosigned_at_each_step(witnesses, platform):
    log, old = Log([b"%d" % k for k in range(700)]), 0
    for size in (0, 1, 2, 255, 256, 257, 700, 700):
        line = witnesses[0].add_checkpoint(log.request(old, size, platform))
        note = f"{Tree(ORIGIN, size, log.root(size))}\n{line}"
        assert witnesses[0].signer.verifier(WITNESS).time_of(note)
        old = size


def test_of_a_hundred_logs_with_two_faces_one_face_is_refused_by_two_of_three(
    tmp_path, vouches, platform
):
    """Each of three honest witnesses is shown the faces in an order of chance, whatever size before
    is claimed; none signs both, so that two of them refuse one face."""
    random = Random(SEED)
    for attempt in range(100):
        size = random.randint(2, 400)
        leaves = [random.randbytes(8) for _leaf in range(size)]
        other = [*leaves, *(random.randbytes(8) for _leaf in range(random.choice([0, 1, 50])))]
        other[random.randrange(size)] = b"another answer"
        faces = [Log(leaves), Log(other)]
        signed = [0, 0]
        for name in ("a", "b", "c"):
            (folder := tmp_path / f"{attempt}{name}").mkdir()
            witness = Witness(signer(name, 3), [vouches], folder)
            for face in random.sample([0, 1], 2):
                log = faces[face]
                length = len(log.leaves)
                sizes = {0, 1, size - 1, min(size, length), length}
                signed[face] += any(
                    _cosigned(witness, log.request(old, length, platform)) for old in sizes
                )
        assert sum(signed) == 3, f"seed {SEED}"
        assert min(signed) <= 1


def _cosigned(witness: Witness, request: str) -> bool:
    try:
        return bool(witness.add_checkpoint(request))
    except Refused:
        return False


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda text: text.replace("old 5", "old 4"), 409),
        (lambda text: text.replace("old 5", "old 9"), 409),
        (lambda text: text.replace("old 5", "new 5"), 400),
        (lambda text: text.replace("old 5", "old -5"), 400),
        (lambda text: text.replace(ORIGIN, "other.example/log/W1"), 404),
        (lambda text: text.replace(ORIGIN, "survey.example.evil/log/W1"), 404),
        (lambda text: text.replace("\n9\n", "\n8\n"), 403),
        (lambda text: text.replace("\n9\n", "\n09\n"), 400),
        (lambda text: text[:-30], 400),
        (lambda text: "", 400),
    ],
)
def test_what_is_no_such_request_is_refused_and_changes_nothing(
    witnesses, platform, change, status
):
    log = Log([b"%d" % k for k in range(9)])
    witnesses[0].add_checkpoint(log.request(0, 5, platform))
    request = log.request(5, 9, platform)
    with pytest.raises(Refused) as refused:
        witnesses[0].add_checkpoint(change(request))
    assert refused.value.status == status
    witnesses[0].add_checkpoint(request)


def test_a_proof_of_something_else_is_refused(witnesses, platform):
    log = Log([b"%d" % k for k in range(9)])
    witnesses[0].add_checkpoint(log.request(0, 5, platform))
    with pytest.raises(Refused) as refused:
        witnesses[0].add_checkpoint(log.request(4, 9, platform).replace("old 4", "old 5"))
    assert refused.value.status == 422


def test_another_signature_than_the_logs_is_none(witnesses):
    with pytest.raises(Refused) as refused:
        witnesses[0].add_checkpoint(Log([b"0"]).request(0, 1, signer(ORIGIN, 8)))
    assert refused.value.status == 403


def test_keys_are_written_and_read_as_others_do():
    # The example of C2SP's signed-note.
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(Verifier.read(key)) == key
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8"
        "pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert Verifier.read(key).time_of(note) == 0
    assert Verifier.read(key).time_of(note.replace("answer", "key")) is None
    for wrong in ("", "x", key.replace("c74f20a3", "c74f20a4"), key[:-4]):
        with pytest.raises(NoteError):
            Verifier.read(wrong)


@pytest.fixture
def logged(settings, wave, answered):
    settings.PUBLIC_URL = "https://survey.example"
    fold(wave)
    return wave


@pytest.fixture
def listening(tmp_path):
    """Starts witnesses that listen on a port each: `listening(name)`."""
    servers = []

    def start(name: str):
        (tmp_path / name).mkdir()
        witness = Witness(
            Signer(name, hashlib.sha256(name.encode()).digest()),
            [cosigning.verifier()],
            tmp_path / name,
        )
        server = serve(witness, "127.0.0.1", 0)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port} {witness.signer.verifier(WITNESS)}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_published_roots_are_cosigned_by_every_witness_that_answers(
    logged, settings, listening, client, government, send
):
    dead = signer("gone.example", 9).verifier(WITNESS)
    settings.WITNESSES = [
        listening("one.example"),
        f"http://127.0.0.1:9 {dead}",
        listening("two.example"),
    ]
    first = checkpoints.keep(logged)
    cosigning.ask_witnesses()
    first.refresh_from_db()
    assert cosigning.witnessed_by(first) == ["one.example", "two.example"]
    kept = first.cosignatures
    cosigning.ask_witnesses()  # again: those that have signed are not asked
    first.refresh_from_db()
    assert first.cosignatures == kept
    send(government.licence, government.counter, 5)
    fold(logged)
    second = checkpoints.keep(logged)
    Checkpoint.objects.filter(pk=first.pk).update(
        cosignatures=""
    )  # forgotten: they say what they know
    cosigning.ask_witnesses()
    second.refresh_from_db()
    assert cosigning.witnessed_by(second) == ["one.example", "two.example"]
    page = client.get("/log/W1/").content.decode()
    assert "one.example, two.example" in page


def test_a_line_that_the_witness_has_not_signed_is_not_kept(logged, settings, listening):
    url = listening("one.example").partition(" ")[0]
    settings.WITNESSES = [f"{url} {signer('one.example', 1).verifier(WITNESS)}"]
    checkpoint = checkpoints.keep(logged)
    cosigning.ask_witnesses()
    checkpoint.refresh_from_db()
    assert checkpoint.cosignatures == ""


def test_a_program_of_others_reads_checkpoint_and_tiles(logged, client):
    """Written from the specifications alone: signature, and the root over the tiles' hashes."""
    checkpoints.keep(logged)
    note = client.get("/log/W1/checkpoint").content.decode()
    text, (signature,) = parts_of(note)
    origin, size, root, rest = text.split("\n")
    assert (origin, size, rest) == ("survey.example/log/W1", "50", "")
    name, data = signature
    key = client.get("/log/key").content.decode().strip().split("+", 2)[2]
    public = base64.b64decode(key)
    assert name == origin
    assert data[:4] == hashlib.sha256(f"{origin}\n".encode() + public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(data[4:], text.encode())
    hashes = client.get("/log/W1/tile/0/000.p/50").content
    assert len(hashes) == 50 * 32
    assert base64.b64decode(root) == _root([hashes[k : k + 32] for k in range(0, len(hashes), 32)])


def _root(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    left = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _root(hashes[:left]) + _root(hashes[left:])).digest()


@pytest.mark.parametrize(
    "place",
    [
        *("0/000", "0/000.p/51", "0/000.p/0", "0/0.p/50", "0/001", "1/000", "0/x000/000"),
        *("0/abc", "0/000.p/x", "0/000.p/²"),
    ],
)
def test_tiles_that_there_are_not_are_not_found(logged, client, place):
    assert client.get(f"/log/W1/tile/{place}").status_code == 404


def test_a_log_without_a_root_has_no_checkpoint(wave, draft, client):
    assert client.get("/log/W1/checkpoint").status_code == 404


ROOT = base64.b64encode(bytes(32)).decode()
SIGNED = f"\n— {ORIGIN} AAAA\n"


@pytest.mark.parametrize(
    "note",
    [
        "",
        f"{ORIGIN}\n5\n{ROOT}\n",
        f"{ORIGIN}\n5\n{ROOT}\n\n- {ORIGIN} AAAA\n",
        f"{ORIGIN}\n5\n{ROOT}\n\n— {ORIGIN} ?\n",
        f"{ORIGIN}\n5\n{ROOT}\n\n— a+b AAAA\n",
        f"{ORIGIN}\nfive\n{ROOT}\n{SIGNED}",
        f"{ORIGIN}\n05\n{ROOT}\n{SIGNED}",
        f"{ORIGIN}\n5\nAAAA\n{SIGNED}",
        f"{ORIGIN}\n5\n{SIGNED}",
        f"\n5\n{ROOT}\n{SIGNED}",
        f"{ORIGIN}\n5\n{ROOT}\n{'x' * 70_000}\n{SIGNED}",
    ],
)
def test_what_is_no_checkpoint_is_not_read_as_one(note):
    with pytest.raises(NoteError):
        Tree.read(note)


def test_a_cosignature_of_another_length_or_another_key_is_none(witnesses):
    mine, text = witnesses[0].signer, str(Tree(ORIGIN, 1, bytes(32)))
    key = mine.verifier(WITNESS)
    assert key.time_of(f"{text}\n{mine.cosign(text, 7)}") == 7
    data = base64.b64encode(key.hash + bytes(9)).decode()
    assert key.time_of(f"{text}\n— {mine.name} {data}\n") is None
    other = signer(mine.name, 250)
    assert key.time_of(f"{text}\n{other.cosign(text, 7)}") is None


def test_a_log_that_shrinks_or_says_more_is_refused(witnesses, platform):
    log, witness = Log([b"%d" % k for k in range(9)]), witnesses[0]
    witness.add_checkpoint(log.request(0, 9, platform))
    smaller = log.request(5, 5, platform).replace("old 5", "old 9")
    text = str(Tree(ORIGIN, 9, log.root(9))) + "and more\n"
    more = f"old 9\n\n{text}\n{platform.sign(text)}"
    long = log.request(9, 9, platform).replace("old 9", "old 9" + f"\n{ROOT}" * 64)
    for request in (smaller, more, long, "old 9\n?\n\nx"):
        with pytest.raises(Refused) as refused:
            witness.add_checkpoint(request)
        assert refused.value.status == 400


def test_a_witness_that_knows_more_than_the_log_is_left_alone(
    logged, settings, listening, tmp_path
):
    settings.WITNESSES = [listening("one.example")]
    checkpoint = checkpoints.keep(logged)
    (tmp_path / "one.example" / "seen.json").write_text(
        json.dumps({"survey.example/log/W1": [checkpoint.size + 1, "00" * 32]})
    )
    cosigning.ask_witnesses()
    checkpoint.refresh_from_db()
    assert checkpoint.cosignatures == ""


@pytest.mark.parametrize(
    "body", ["nonsense", "— one.example AAAA\n", "", "a\n\n— one.example AAAA\n"]
)
def test_nonsense_of_a_witness_is_not_kept(logged, settings, monkeypatch, body):
    key = signer("one.example", 1).verifier(WITNESS)
    settings.WITNESSES = [f"http://127.0.0.1:9 {key}"]
    answer = requests.Response()
    answer.status_code, answer._content, answer._content_consumed = 200, body.encode(), True
    monkeypatch.setattr(requests, "post", lambda *_args, **_how: answer)
    checkpoint = checkpoints.keep(logged)
    cosigning.ask_witnesses()
    # Again and again the same; then what looks like a number and is none, or none that is kept.
    for size in ("0\n", "²", "9" * 5000, "9" * 17):
        answer.status_code, answer._content = 409, size.encode()
        cosigning.ask_witnesses()
    checkpoint.refresh_from_db()
    assert checkpoint.cosignatures == ""
