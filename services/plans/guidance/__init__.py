"""Days that no law fixes: what the sources advise, and what this area has set for itself instead."""
