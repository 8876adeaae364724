"""One file a change; a later version of the program never alters an earlier file."""
