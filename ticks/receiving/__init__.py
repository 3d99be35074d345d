"""A subscriber of `/ws/stream`: what it says and does on its side of the connection, and the I/O around that."""
