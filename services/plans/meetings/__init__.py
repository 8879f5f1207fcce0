"""Meetings about a young person: planned, held, cancelled; she sees every one of them (R44)."""
