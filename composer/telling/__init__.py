"""A score, and the piece and table that it came from, in plain words: for alternative texts, captions, descriptions."""
