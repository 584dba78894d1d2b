"""What a failing contender or workload costs the others: nothing.

    python3 test_run.py
"""

import contextlib
import io
import os
import sys
import tempfile
import unittest

import run
import workloads
from workloads import Contender, Workload


def printing(name, figure):
    return Contender(name, [sys.executable, "-c", f"print('rate {figure}')"], "rate")


def failing(name):
    return Contender(name, [sys.executable, "-c", "import sys; sys.exit('it rains')"], "rate")


def family(*contenders, repetitions=2):
    return lambda quick: [Workload("w", "a title", "tasks/s", list(contenders), repetitions=repetitions)]


class Guards(unittest.TestCase):
    def measure(self, **families):
        """Measures families; returns the output, the errors' output, what has failed, and the report."""
        old, workloads.FAMILIES = workloads.FAMILIES, families
        output, errors = io.StringIO(), io.StringIO()
        try:
            with tempfile.TemporaryDirectory() as folder:
                with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
                    problems = run.measure_all(families, True, folder)
                with open(os.path.join(folder, "performance.md")) as file:
                    report = file.read()
        finally:
            workloads.FAMILIES = old
        return output.getvalue(), errors.getvalue(), problems, report

    def test_figures_and_ratios(self):
        output, errors, problems, report = self.measure(all=family(printing("ours", 10), printing("theirs", 4)))
        self.assertIn("| theirs | 4.00 tasks/s | 4.00 tasks/s | 4.00 tasks/s | 2.5 |", output)
        self.assertEqual((problems, errors), ([], ""))
        self.assertIn("| ours | 10.0 tasks/s |", report)

    def test_a_program_that_is_not_there_is_left_out_and_is_no_failure(self):
        absent = Contender("GNU parallel", ["no-such-parallel", "-j2"])
        output, errors, problems, _ = self.measure(all=family(printing("ours", 10), absent, printing("theirs", 5)))
        self.assertIn("no-such-parallel is not installed, GNU parallel is left out", errors)
        self.assertNotIn("GNU parallel", output)
        self.assertIn("| theirs |", output)
        self.assertEqual(problems, [])

    def test_a_contender_that_fails_costs_its_own_row(self):
        silent = Contender("silent", [sys.executable, "-c", ""], "rate")
        babbling = Contender("babbling", [sys.executable, "-c", "print('no number here')"], "rate")
        output, _, problems, _ = self.measure(
            all=family(printing("ours", 10), failing("theirs"), silent, babbling, printing("C", 5)))
        self.assertIn("| C | 5.00 tasks/s |", output)
        self.assertEqual(len(problems), 3)
        self.assertTrue(problems[0].startswith("a title, theirs: ") and "it rains" in problems[0], problems)

    def test_the_others_are_shown_without_ratio_if_the_project_fails(self):
        output, _, problems, _ = self.measure(all=family(failing("ours"), printing("theirs", 4)))
        self.assertIn("| theirs | 4.00 tasks/s | 4.00 tasks/s | 4.00 tasks/s |  |", output)
        self.assertEqual(len(problems), 1)

    def test_a_workload_that_fails_costs_no_other(self):
        def broken(quick):
            yield from family(printing("ours", 1))(quick)
            raise OSError("no room")

        output, _, problems, report = self.measure(first=broken, second=family(printing("ours", 7)))
        for text in (output, report):
            self.assertIn("| ours | 1.00 tasks/s |", text)
            self.assertIn("| ours | 7.00 tasks/s |", text)
        self.assertEqual(problems, ["first: OSError('no room')"])

    def test_what_was_measured_is_kept_when_it_is_interrupted(self):
        def interrupted(quick):
            raise KeyboardInterrupt

        with tempfile.TemporaryDirectory() as folder:
            old, workloads.FAMILIES = workloads.FAMILIES, {"a": family(printing("ours", 1)), "b": interrupted}
            try:
                with contextlib.redirect_stdout(io.StringIO()), self.assertRaises(KeyboardInterrupt):
                    run.measure_all(["a", "b"], True, folder)
            finally:
                workloads.FAMILIES = old
            with open(os.path.join(folder, "performance.md")) as file:
                self.assertIn("| ours | 1.00 tasks/s |", file.read())


if __name__ == "__main__":
    unittest.main()
