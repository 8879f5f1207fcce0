"""Who may open whose case: its own workers, the lead, the young person; others with a reason."""
