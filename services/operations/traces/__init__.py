"""Spans as they arrive from the services, and the traces and handoffs that they tell of."""
