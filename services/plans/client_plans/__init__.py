"""The client plan: a draft that is written together, versions that never change, proposals, and how far it has come."""
