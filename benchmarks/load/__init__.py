"""A load generator: many subscribers in one process and one epoll loop, which proves what each of them got.

All subscribers of a stream get the same bytes. The first to get a frame has it parsed; what the others get is
compared with it, byte by byte. Who gets something else has it parsed too.
"""
