"""What else delivers messages to many, fed with the same ticks: Nchan, `websockets.broadcast`, naive Channels."""
