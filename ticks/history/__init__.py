"""The past of a stream: what lies within bounds, either way, page by page and as a whole. Blocking."""
