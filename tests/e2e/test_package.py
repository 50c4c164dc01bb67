"""The manual's pages read well, and the Debian package runs from a clean root."""
import glob
import os
import shutil
import subprocess

from story import ITSMC, ROOT, Story, main


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, **more)


class Manual(Story):
    def test_mandoc_finds_nothing_in_any_page(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        pages = sorted(glob.glob(ROOT + "/man/*.[157]"))
        self.assertGreater(len(pages), 30)
        linted = run("mandoc", "-T", "lint", *pages)
        self.assertEqual((linted.returncode, linted.stdout), (0, ""))

    def test_every_page_that_a_page_names_is_there(self):
        for page in glob.glob(ROOT + "/man/*.[157]"):
            with open(page) as text:
                words = text.read().replace("\\-", "-").replace(",", " ").split()
            for word in words:
                if word.startswith("itsmc") and word.endswith((")", ").")) and "(" in word:
                    name, section = word.rstrip(".)").split("(")
                    self.assertTrue(os.path.exists("%s/man/%s.%s" % (ROOT, name, section)),
                                    "%s names %s" % (page, word))


class Package(Story):
    """Packs what the build directory holds; its unit tests and stories have built that."""

    def pack(self):
        build = os.path.dirname(ITSMC)
        if not os.path.exists(build + "/CPackConfig.cmake") or not shutil.which("dpkg-deb"):
            self.skipTest("no build directory beside the program, or no dpkg")
        packed = run("cpack", "--config", build + "/CPackConfig.cmake", "-B", self.home + "/out",
                     env={**os.environ, "CMAKE_BUILD_PARALLEL_LEVEL": "1"})
        self.assertEqual(packed.returncode, 0, packed.stdout + packed.stderr)
        [package] = glob.glob(self.home + "/out/*.deb")
        return package

    def test_it_runs_from_a_clean_root_with_its_pages_and_completions(self):
        package = self.pack()
        root = self.home + "/root"
        self.assertEqual(run("dpkg", "-x", package, root).returncode, 0)
        program = root + "/usr/bin/itsmc"
        version = run(program, "--version", env=self.environment())
        self.assertEqual(version.stdout, self.ok("--version").out)
        listed = run(program, "connection", "list", "-o", "json", env=self.environment())
        self.assertEqual((listed.returncode, listed.stdout), (0, "[]\n"))
        share = root + "/usr/share"
        self.assertEqual(len(glob.glob(share + "/man/man[157]/itsmc*.gz")),
                         len(glob.glob(ROOT + "/man/*.[157]")))
        for place, source in (("bash-completion/completions/itsmc", "itsmc.bash"),
                              ("zsh/vendor-completions/_itsmc", "_itsmc"),
                              ("fish/vendor_completions.d/itsmc.fish", "itsmc.fish")):
            with open(share + "/" + place) as there, open(ROOT + "/completions/" + source) as ours:
                self.assertEqual(there.read(), ours.read())
        depends = run("dpkg-deb", "-f", package, "Depends").stdout
        for library in ("libcurl4", "libsqlite3-0", "libc6"):
            self.assertIn(library, depends)

    def test_lintian_finds_no_errors(self):
        if not shutil.which("lintian"):
            self.skipTest("lintian is not installed")
        found = run("lintian", "--fail-on", "error", "--allow-root", self.pack())
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)


if __name__ == "__main__":
    main()
