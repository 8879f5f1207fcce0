"""A published plan on paper and as data: PDF for people, structured JSON for other systems."""
