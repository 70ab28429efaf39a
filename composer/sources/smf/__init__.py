"""Standard MIDI Files (MIDI 1.0, RP-001) as columns of numbers: chunks, events, and what channels make of them."""
