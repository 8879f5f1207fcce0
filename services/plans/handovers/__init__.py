"""Handovers: how a young person gets from one named worker to the next, accompanied."""
