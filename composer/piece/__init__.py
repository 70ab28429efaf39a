"""The declarative piece: its models, the files that it is kept in, and one to start from."""
