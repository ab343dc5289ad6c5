"""One person, one answer, without identity: tokens that are issued blind and spent at answering."""
