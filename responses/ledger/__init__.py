"""The log of a wave's responses: append-only, a Merkle tree as in RFC 9162."""
