"""Ocean tides: the motions of Moon and Sun, the constituents of the tide, and the harbours that it was measured in."""
