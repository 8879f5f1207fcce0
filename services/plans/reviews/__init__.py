"""Reviews that the young person or a worker called: never refused, only given a day."""
