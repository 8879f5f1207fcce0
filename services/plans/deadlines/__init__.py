"""What is due by which day in a case; said as events, so that others remind of it."""
