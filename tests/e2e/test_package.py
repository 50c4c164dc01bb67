"""The manual's pages read well, and the Debian package runs from a clean root."""
import glob
import os
import re
import shlex
import shutil
import subprocess

from story import CLIENT_SECRET, ITSMC, PASSWORD, ROOT, Story, main


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


# Own mounts and processes, so that nothing of it stays; a file system in memory, so that no package's
# fsync is waited for. The network is this machine's.
CLEAN_ROOT = """
mount --make-rprivate / && mkdir "$1" && mount -t tmpfs none "$1" && cd "$1"
timeout 100 debootstrap --variant=minbase "$2" root >debootstrap.log 2>&1 || exit 77
cp "$3" root/tmp/itsmc.deb && cp "$4" root/tmp/story.sh && cp -L /etc/resolv.conf root/etc/ 2>/dev/null
mount -t proc proc root/proc && mount --bind /dev/null root/dev/null || exit 77
shift 4
exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  chroot root sh -eu /tmp/story.sh "$@"
"""

ONLY_COMPARED = "what it is linked with and opens is compared with its Depends alone"

# As somebody does who has the package alone: apt brings what it depends on.
AS_INSTALLED = r"""
apt-get update -qq >/dev/null 2>&1 || exit 77
apt-get install -y -qq man-db /tmp/itsmc.deb >/tmp/apt.log 2>&1 ||
  { grep -q "Failed to fetch" /tmp/apt.log && exit 77; cat /tmp/apt.log; exit 1; }
itsmc --version
itsmc --version -o json | grep -q '"libjq":"libjq.so'
itsmc connection list -o json
man -w itsmc | grep -qx /usr/share/man/man1/itsmc.1.gz
grep -q _itsmc /usr/share/bash-completion/completions/itsmc
test -f /usr/share/doc/itsmc/docs/provance.md
test -f /usr/share/doc/itsmc/examples/itsmc-sync.timer
printf '%s\n%s\n' "$PW" "$CS" | itsmc connection add prod --partner servicenow --url "$URL" \
  --self-hosted --username itsmc.integration --client-id itsmc-client --sync-days 30 --password-stdin \
  --client-secret-stdin
itsmc sync run --quiet
itsmc workitem list --limit 0 --jq length
apt-get purge -y -qq itsmc >/dev/null 2>&1
find / -xdev -name '*itsmc*' ! -path '/root/*' ! -path '/tmp/*' ! -path '/proc/*'
"""


class Package(Story):
    """Packs what the build directory holds; its unit tests and stories have built that."""

    def pack(self, *options, **more):
        build = os.path.dirname(ITSMC)
        if not os.path.exists(build + "/CPackConfig.cmake") or not shutil.which("dpkg-deb"):
            self.skipTest("no build directory beside the program, or no dpkg")
        return run(shutil.which("cpack"), "--config", build + "/CPackConfig.cmake", "-B",
                   self.home + "/out", *options,
                   env={**os.environ, "CMAKE_BUILD_PARALLEL_LEVEL": "1", **more})

    def package(self):
        packed = self.pack()
        self.assertEqual(packed.returncode, 0, packed.stdout + packed.stderr)
        [package] = glob.glob(self.home + "/out/*.deb")
        return package

    def test_it_is_installed_runs_and_goes_from_a_clean_root(self):
        why = self.no_clean_root()
        if why:
            self.skipTest(why)
        package = self.package()
        instance = self.simulator("--generate", "100", "--seed", "1")
        story = self.home + "/story.sh"
        with open(story, "w") as out:
            out.write("PW=%s CS=%s URL=%s\n" % (*map(shlex.quote, (PASSWORD, CLIENT_SECRET)),
                                               instance.url) + AS_INSTALLED)
        ran = run("unshare", "-m", "-p", "-f", "sh", "-eu", "-c", CLEAN_ROOT, "sh",
                  self.home + "/memory",
                  self.codename(), package, story)
        if ran.returncode == 77:
            self.skipTest("Debian's packages cannot be fetched: " + ONLY_COMPARED)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        lines = ran.stdout.split("\n")
        # Version, no connections, the count of what was synced, and nothing left behind.
        self.assertEqual(lines[:2], [self.ok("--version").out.strip(), "[]"], lines)
        self.assertEqual(len(lines), 4, lines)
        self.assertGreater(int(lines[2]), 0, lines)

    def no_clean_root(self):
        """Why none can be made here; empty: one can."""
        if os.geteuid() != 0 or run("unshare", "-m", "-p", "-f", "true").returncode != 0:
            return "not root, or no mounts of one's own: " + ONLY_COMPARED
        if not shutil.which("debootstrap") or not self.codename():
            return "no debootstrap: " + ONLY_COMPARED
        return ""

    def codename(self):
        """Of this Debian: the libraries of another may be older than those the program was built with."""
        with open("/etc/os-release") as text:
            named = dict(line.rstrip().split("=", 1) for line in text if "=" in line)
        return named.get("VERSION_CODENAME", "") if named.get("ID") == "debian" else ""

    def unpacked(self):
        package, root = self.package(), self.home + "/root"
        self.assertEqual(run("dpkg", "-x", package, root).returncode, 0)
        return package, root

    def test_it_holds_pages_completions_guides_and_examples(self):
        package, root = self.unpacked()
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
        self.assert_documents_are_there(share + "/doc/itsmc")
        self.assert_units_are_good(share + "/doc/itsmc/examples")

    def assert_documents_are_there(self, place):
        named = set()  # where hints send people
        for source in glob.glob(ROOT + "/src/**/*.cpp", recursive=True):
            with open(source) as text:
                for words in re.findall(r'"[^"\n]*"', text.read()):
                    named |= set(re.findall(r"(?<![/a-z])docs/[a-z-]+(?:\.md)?", words))
        self.assertIn("docs/scsm-gateway", named)
        for name in named:
            self.assertTrue(os.path.exists(place + "/" + name), name)
        for page in glob.glob(place + "/docs/**/*.md", recursive=True):
            with open(page) as text:
                # What tests/ holds is for who has the sources.
                for link in re.findall(r"\]\((?!https?:|#|\.\./tests/)([^)#]*)", text.read()):
                    self.assertTrue(os.path.exists(os.path.join(os.path.dirname(page), link)),
                                    "%s links to %s" % (page, link))

    def assert_units_are_good(self, place):
        units = sorted(glob.glob(place + "/itsmc-sync.*"))
        self.assertEqual([os.path.basename(unit) for unit in units],
                         ["itsmc-sync.service", "itsmc-sync.timer"])
        if not shutil.which("systemd-analyze"):
            return
        # It looks for the program that a unit starts.
        for unit in units:
            with open(unit) as text:
                said = text.read().replace("/usr/bin/itsmc", ITSMC)
            with open(self.home + "/" + os.path.basename(unit), "w") as out:
                out.write(said)
        seen = run("systemd-analyze", "verify", self.home + "/itsmc-sync.service",
                   self.home + "/itsmc-sync.timer")
        self.assertEqual(seen.returncode, 0, seen.stderr)
        self.assertNotIn("itsmc-sync", seen.stderr)

    def test_it_depends_on_every_library_that_it_is_linked_with_or_opens(self):
        package, root = self.unpacked()
        named = {field: {one.split()[0] for one in
                         run("dpkg-deb", "-f", package, field).stdout.split(",") if one.strip()}
                 for field in ("Depends", "Recommends", "Suggests")}
        with open(root + "/usr/bin/itsmc", "rb") as binary:
            words = set(re.findall(rb"lib[a-z0-9+-]+\.so\.\d+", binary.read()))
        sonames = {word.decode() for word in words}
        linked = set(re.findall(r"NEEDED +(\S+)", run("objdump", "-p", root + "/usr/bin/itsmc").stdout))
        self.assertGreater(len(linked), 3)
        self.assertTrue({"libcurl.so.4", "libjq.so.1", "libsecret-1.so.0"} <= sonames - linked)
        for soname in sorted(sonames | linked):
            owner = self.owner_of(soname)
            with self.subTest(soname=soname, owner=owner):
                fields = ["Depends"] if soname in linked else list(named)
                self.assertTrue(any(owner in named[field] for field in fields), named)

    def owner_of(self, soname):
        """The package whose library the linker takes here."""
        known = run("/sbin/ldconfig", "-p").stdout
        path = re.search(r"^\s*%s \(libc6,x86-64.*=> (\S+)$|^\s*%s .*=> (\S+)$"
                         % (re.escape(soname), re.escape(soname)), known, re.M)
        self.assertTrue(path, soname + " is not installed here")
        place = os.path.realpath(path.group(1) or path.group(2))
        # Where /lib is a link to /usr/lib, dpkg knows a file by the name it was packed under.
        for name in (place, place.replace("/usr/lib/", "/lib/", 1)):
            found = run("dpkg-query", "-S", name)
            if found.returncode == 0:
                return found.stdout.split(":")[0]
        self.fail("no package has " + place)

    def test_without_the_programs_that_find_dependencies_nothing_is_packed(self):
        tools = self.home + "/tools"
        os.mkdir(tools)
        for tool in ("sh", "dpkg", "dpkg-deb", "gzip", "strip", "objdump", "file", "ninja", "cmake",
                     "tar", "uname"):
            if shutil.which(tool):
                os.symlink(shutil.which(tool), tools + "/" + tool)
        # Only there, not in /usr/bin, which is looked into otherwise.
        refused = self.pack("-D", "CMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF", PATH=tools)
        self.assertNotEqual(refused.returncode, 0, refused.stdout)
        self.assertIn("apt-get install dpkg-dev", refused.stderr)
        self.assertEqual(glob.glob(self.home + "/out/*.deb"), [])

    def test_below_another_prefix_zsh_finds_its_completion(self):
        build = os.path.dirname(ITSMC)
        if not os.path.exists(build + "/cmake_install.cmake"):
            self.skipTest("no build directory beside the program")
        for prefix, place in (("/usr/local", "site-functions"), ("/usr", "vendor-completions")):
            installed = run("cmake", "--install", build, "--prefix", prefix,
                            env={**os.environ, "DESTDIR": self.home})
            self.assertEqual(installed.returncode, 0, installed.stderr)
            self.assertEqual(os.listdir(self.home + prefix + "/share/zsh"), [place])

    def test_lintian_finds_no_errors(self):
        if not shutil.which("lintian"):
            self.skipTest("lintian is not installed")
        found = run("lintian", "--fail-on", "error", "--allow-root", self.package())
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)


if __name__ == "__main__":
    main()
