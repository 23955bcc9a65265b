"""A notebook with a lab in it, as a learner sees and handles it."""


class LabPage:
    """What a learner does with any lab that has a slider of workers, and what there is to see."""

    def __init__(self, lab, name):
        self.opened = lab.open(name)
        self.page = self.opened.page
        self.opened.run_all()
        self.page.wait_for_selector(".parcours-bench .pb-run")
        self.page.wait_for_selector(".parcours-bench svg .t")

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

    def title(self):
        """What the lab's picture says that is run."""
        return self.page.locator(".parcours-bench svg .t").first.text_content()

    def wait_for_title(self, words):
        self.page.locator(".parcours-bench svg .t", has_text=words).first.wait_for()

    def wait_for_status(self, words):
        self.page.locator(".pb-status", has_text=words).wait_for(timeout=60_000)


class BenchPage(LabPage):
    """The same with what only The Bench has."""

    def __init__(self, lab, name="bench.ipynb"):
        super().__init__(lab, name)
        self.page.wait_for_selector(".parcours-bench .lane")

    def lanes(self):
        return self.page.locator(".parcours-bench .parcours-timeline .w").all_text_contents()

    def wait_for_lanes(self, count):
        found = "document.querySelectorAll('.parcours-bench .lane').length"
        self.opened.wait_until(f"() => {found} === {count}")

    def wait_for_bars(self):
        self.page.wait_for_selector(".parcours-bench .parcours-timeline path.io", state="attached")
