"""From a piece and its table to a score: the form, each section's tracks, and what opens and ends the whole."""
