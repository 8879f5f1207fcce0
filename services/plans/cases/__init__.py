"""A young person's case in this area: on what ground it stands, and until when the right to aftercare lasts."""
