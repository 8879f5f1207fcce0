"""Who has looked at whose data here, and what was disclosed to whom, on which basis."""
