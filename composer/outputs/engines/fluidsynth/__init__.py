"""FluidSynth, which plays soundfonts: in a child process, through pyfluidsynth.

`engine` is the engine of the table; `playing` does what it says, `passes` makes the `.mid` files that are played,
`rendering` runs the child, and `child` is what runs there.
"""
