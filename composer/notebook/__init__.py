"""How pieces, compositions and scores show themselves in a notebook: a sentence, and one HTML figure.

The figure has a piano roll (an SVG image), a player with the first 30 seconds, and the piece in words. There are no
scripts in it, nothing is fetched, and its styles are its own: it looks the same in a notebook that is not trusted.
"""
