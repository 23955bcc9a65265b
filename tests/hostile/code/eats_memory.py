# ch01-ex1, 0 of 4 points: takes all the memory that it gets
def timed(fn, *args):
    hoard = []
    while True:
        hoard.append(bytearray(64 * 1024 * 1024))
