"""One broken message or exchange of the folder broker ends no worker, and none is lost."""

import pytest
from kombu import Connection, Queue
from kombu.utils.json import dumps

from config import broker


@pytest.fixture
def folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    (tmp_path / "messages").mkdir()
    (tmp_path / "control").mkdir()
    return tmp_path


@pytest.fixture
def queue(folder):
    messages = str(folder / "messages")
    options = {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "control_folder": str(folder / "control"),
    }
    with (
        Connection("filesystem://", transport_options=options) as connection,
        connection.SimpleQueue(Queue("celery", routing_key="celery")) as queue,
    ):
        yield queue


BROKEN = [b"", b"{", b"[]", b"{}", b'{"properties": {}}', b"\xff\xfe", b"null", b"12"]


@pytest.mark.parametrize("raw", BROKEN)
def test_a_broken_message_is_kept_aside_and_the_next_is_read(folder, queue, raw):
    (folder / "messages" / "0_1_x.celery.msg").write_bytes(raw)
    queue.put({"task": 1})
    got = queue.get(timeout=60)
    assert got.payload == {"task": 1}
    got.ack()
    with pytest.raises(queue.Empty):
        queue.get(block=False)
    (kept,) = (folder / "refused").iterdir()
    assert kept.read_bytes() == raw


@pytest.mark.parametrize("raw", [b"", b"[[", b'{"a": 1}', b"[1]"])
def test_a_broken_exchange_is_written_anew(folder, queue, raw):
    channel = queue.channel
    channel._queue_bind("celery", "celery", "", "celery")
    (folder / "control" / "celery.exchange").write_bytes(raw)
    channel._queue_bind("celery", "celery", "", "celery")
    assert [row.queue for row in channel.get_table("celery")] == ["celery"]
    (kept,) = (folder / "refused").iterdir()
    assert kept.read_bytes() == raw


def test_messages_come_in_their_order_and_none_is_seen_half_written(folder, queue):
    for number in range(50):
        queue.put(number)
    assert not [f for f in (folder / "messages").iterdir() if f.name.startswith(".new")]
    assert [queue.get(timeout=60).payload for _ in range(50)] == list(range(50))


def test_the_same_of_redis(folder):
    with pytest.raises(broker.Empty):
        broker.read_or_refuse(b"junk")
    body = {
        "body": "W10=",
        "headers": {},
        "properties": {
            "delivery_tag": "1",
            "delivery_info": {"exchange": "", "routing_key": "celery"},
            "body_encoding": "base64",
        },
    }
    assert broker.read_or_refuse(dumps(body)) == body
    body["body"] = "*"
    with pytest.raises(broker.Empty):
        broker.read_or_refuse(dumps(body))
