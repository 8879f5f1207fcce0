"""Feedback after a meeting: a form for the young person and one for the professional (R106), counted, not read."""
