"""How the sounds of the project's soundfont are computed. Nothing here is a recording."""
