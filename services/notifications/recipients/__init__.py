"""Who can be told something: this service's own copies of people, workers and named workers, made from events."""
