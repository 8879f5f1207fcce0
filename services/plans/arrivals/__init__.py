"""Young people whom other areas placed and who came to live here: their case, their contact, the first contact."""
