"""Is a text clear to a young person? Long sentences and words, jargon, ceilings: shown, never refused."""
