"""What files say: texts out of documents, mail, archives and images, read in a process of its own (`worker`), within
limits of memory and time, for whatever bot hands one in (`shop`). It keeps nothing, and knows neither bots nor rooms.
"""
