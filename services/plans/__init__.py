"""People, cases, workers, residences and the dossier: whose worker is whose, and why."""
