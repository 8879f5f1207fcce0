"""Absences: who is away on which days, and who is the named worker on them."""
