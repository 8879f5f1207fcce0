"""The people and services around a young person, what each may be told, and the catalogue of actors."""
