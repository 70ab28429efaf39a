"""What plays a score: each engine makes a Stream of groups of tracks."""
