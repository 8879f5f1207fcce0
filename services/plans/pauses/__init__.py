"""A young person refuses aftercare for now, is offered it again, and comes back when she likes (R4)."""
