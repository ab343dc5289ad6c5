"""Sounds as short as can be, which browsers play."""

# Frames of 26 ms of MPEG-1 layer III at 32 kbit/s without anything in them.
SILENCE = (b"\xff\xfb\x10\xc4" + bytes(100)) * 40
OGG = b"OggS" + bytes(60)
M4A = b"\0\0\0\x20ftypM4A " + bytes(60)
