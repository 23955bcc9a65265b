"""A notebook with The Bench in it, as a learner sees and handles it."""


class BenchPage:
    """What a learner does with The Bench, and what there is to see."""

    def __init__(self, lab, name="bench.ipynb"):
        self.opened = lab.open(name)
        self.page = self.opened.page
        self.opened.run_all()
        self.page.wait_for_selector(".parcours-bench .pb-run")
        self.page.wait_for_selector(".parcours-bench .lane")

    def choose(self, option):
        self.page.locator(".parcours-bench").get_by_role("button", name=option, exact=True).click()

    def press(self, button):
        self.page.locator(f".parcours-bench .pb-{button}").click()

    def move(self, slider, key, times=1):
        """Move a slider by its keys, as without a mouse."""
        handle = self.page.locator(".widget-slider", has_text=slider).get_by_role("slider")
        handle.focus()
        for _ in range(times):
            handle.press(key)

    def lanes(self):
        return self.page.locator(".parcours-bench .parcours-timeline .w").all_text_contents()

    def wait_for_lanes(self, count):
        found = "document.querySelectorAll('.parcours-bench .lane').length"
        self.opened.wait_until(f"() => {found} === {count}")

    def wait_for_bars(self):
        self.page.wait_for_selector(".parcours-bench .parcours-timeline path.io", state="attached")

    def wait_for_status(self, words):
        self.page.locator(".pb-status", has_text=words).wait_for(timeout=60_000)
