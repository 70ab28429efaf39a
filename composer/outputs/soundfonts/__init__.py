"""SoundFonts: what one holds (`sf2`), written (`writer`), examined (`reader`), found (`catalogue`), tuned (`tuned`)."""
