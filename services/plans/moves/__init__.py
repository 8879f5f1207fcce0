"""Where a young person lives over time, and what the population register says about it."""
