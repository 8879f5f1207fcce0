"""Aftercare prepares to take over while the placement lasts (R6, R7), and confirms that it does (R9)."""
