# ch01-ex1, 0 of 4 points: HTML and script in outputs and results
from IPython.display import HTML, Javascript, display

display(HTML("<script>alert('canary')</script><img src=x onerror=alert('canary')>"))
display(Javascript("alert('canary')"))


class Page:
    def __repr__(self):
        return "<script>alert('canary')</script>"


def timed(fn, *args):
    return Page()
