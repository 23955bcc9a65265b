# ch01-ex1, 0 of 4 points: writes a file without end
def timed(fn, *args):
    with open("/tmp/hoard", "wb") as file:
        while True:
            file.write(bytes(1 << 22))
