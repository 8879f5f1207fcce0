"""Measures the way of one message, and what a stack of areas costs, beside what else could have been built."""
