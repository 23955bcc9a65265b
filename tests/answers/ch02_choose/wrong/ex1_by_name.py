# ch02-ex1, 1 of 4 points: `classify(_computes)`: expected 'cpu', it returned 'io'.
def classify(fn):
    fn()
    return "cpu" if "compute" in getattr(fn, "__name__", "").split("_") else "io"
