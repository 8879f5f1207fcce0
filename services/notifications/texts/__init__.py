"""The words of every message in Finnish, Swedish and English: one file a language, for translators."""
