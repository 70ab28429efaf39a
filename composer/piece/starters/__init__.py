"""Pieces to start from, written out of what a data file holds: what is found in it, what is made of that, the text."""
