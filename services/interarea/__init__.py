"""Handoffs between areas, and the only code that speaks to other areas."""
