"""Files and directories that a real kernel refuses, for a user who may not do everything."""
import json
import os
import shutil
import subprocess

import story
from story import PASSWORD, SIM, Story, main

NOBODY = 65534


class Files(Story):
    def setUp(self):
        super().setUp()
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("needs root and setpriv to become somebody else")
        self.place = {name: os.path.join(self.home, name) for name in ("config", "data", "state")}
        self.program = shutil.copy(story.ITSMC, os.path.join(self.home, "itsmc"))
        self.instance = self.simulator("--generate", "20", product="cherwell")
        self.give(self.home)

    def give(self, path):
        for directory, _, files in os.walk(path):
            for name in [directory, *(os.path.join(directory, file) for file in files)]:
                os.chown(name, NOBODY, NOBODY)

    def nobody(self, *args, code=0, **places):
        options = [word for name, path in {**self.place, **places}.items()
                   for word in ("--%s-dir" % name, path)]
        done = subprocess.run(
            ["setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY, "--clear-groups",
             self.program, *args, *options], capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL, env=self.environment())
        told = done.stdout + done.stderr
        self.assertEqual(done.returncode, code, told)
        self.assertNotIn("unforeseen", told)
        self.assertNotIn(PASSWORD, told)
        return told

    def sign_ins(self):
        return sum("token" in line["target"].lower() for line in self.instance.journal())

    def add(self, code=0, **places):
        password = self.secret_file("password", PASSWORD)
        os.chown(password, NOBODY, NOBODY)
        return self.nobody("connection", "add", "csm", "--partner", "cherwell", "--url",
                           self.instance.url, "--username", "itsmc.integration", "--client-id",
                           "itsmc-client", "--password-file", password, code=code, **places)

    def closed(self, path, mode=0):
        """Gives the path that mode; what it returns gives the former one back."""
        before = os.stat(path).st_mode & 0o7777
        os.chmod(path, mode)
        self.addCleanup(lambda: os.path.exists(path) and os.chmod(path, before))
        return lambda: os.chmod(path, before)

    def test_a_directory_that_cannot_be_written_is_told_before_the_sign_in(self):
        os.mkdir(self.home + "/foreign", 0o755)
        for name in ("config", "state"):
            for path in ("/proc/nope", self.home + "/foreign/new"):
                told = self.add(code=3, **{name: path})
                self.assertIn("(--%s-dir names it)" % name, told)
                self.assertIn("--%s-dir DIR or ITSMC_%s_DIR" % (name, name.upper()), told)
        self.assertIn("sudo chown 65534", told)
        self.assertEqual(self.sign_ins(), 0)

    def test_what_may_not_be_read_names_the_file_and_the_command(self):
        self.add()
        self.nobody("sync", "run", "--quiet")
        token = self.place["state"] + "/secrets/csm.token.json"
        settings = self.place["config"] + "/config.toml"
        with open(settings, "w") as out:
            out.write('output = "table"\n')
        self.give(self.home)
        for path, command in ((token, ("sync", "run")),
                              (self.place["state"] + "/secrets", ("sync", "run")),
                              (settings, ("sync", "status")),
                              (self.place["config"] + "/connections/csm.toml", ("connection", "list")),
                              (self.place["config"] + "/connections", ("connection", "list")),
                              (self.place["data"] + "/itsmc.db", ("workitem", "list")),
                              (self.place["data"] + "/itsmc.db", ("sync", "run"))):
            with self.subTest(path=path, command=command):
                open_again = self.closed(path)
                told = self.nobody(*command, code=3)
                self.assertIn(path, told)
                self.assertIn("Permission denied", told)
                kept = path.startswith(self.place["state"])
                mend = ('the mode of "%s" is 0000: chmod -R u+rwX "%s"' % (path, self.place["state"])
                        if kept else "its mode is 0000: chmod u+r")
                self.assertIn(mend, told)
                doctor = self.nobody("doctor", "--no-network", code=3)
                self.assertIn("Permission denied", doctor)
                self.assertIn(mend if kept else "chmod u+r", doctor)
                open_again()
        self.nobody("sync", "run", "--quiet")

    def test_a_store_of_another_user_says_whose_it_is(self):
        self.add()
        self.nobody("sync", "run", "--quiet")
        for ending in ("", "-wal", "-shm"):
            path = self.place["data"] + "/itsmc.db" + ending
            if os.path.exists(path):
                os.chown(path, 0, 0)
        told = self.nobody("sync", "run", code=3)
        self.assertIn("is of user 0, mode 0600, and itsmc runs as user 65534: sudo chown", told)
        self.assertIn("is of user 0", self.nobody("doctor", "--no-network", code=3))

    def test_a_data_directory_of_another_user_is_opened_by_one_command(self):
        self.add()
        self.nobody("sync", "run", "--quiet")
        data = self.place["data"]
        mend = 'sudo chown -R 65534 "%s", or name another directory: --data-dir DIR' % data
        files = [os.path.join(data, name) for name in os.listdir(data)]
        for path in [data, *files]:
            os.chown(path, 0, 0)
        os.chmod(data, 0o755)
        self.assertIn(mend, self.nobody("sync", "run", code=3))
        others = os.path.join(data, "letter.txt")
        with open(others, "w") as out:
            out.write("not of itsmc\n")
        self.assertNotIn("chown -R", self.nobody("sync", "run", code=3))
        os.remove(others)
        self.give(data)
        self.nobody("sync", "run", "--quiet")

    def test_doctor_tells_what_can_be_read_and_not_written(self):
        self.add()
        self.nobody("sync", "run", "--quiet")
        for name, code in (("config", 0), ("data", 3)):
            open_again = self.closed(self.place[name], 0o500)
            told = self.nobody("doctor", "--no-network", code=code)
            self.assertIn("%s can be read, not written" % self.place[name], told)
            self.assertIn("chmod u+rwx", told)
            open_again()

    def tree(self, options, path):
        subprocess.run(["chmod", "-R", options, path], check=True)

    def test_a_state_directory_that_cannot_be_written_is_one_verdict_and_one_command(self):
        self.add()
        self.nobody("sync", "run", "--quiet")
        state = self.place["state"]
        command = 'chmod -R u+rwX "%s"' % state
        password = self.secret_file("password", PASSWORD)
        os.chown(password, NOBODY, NOBODY)
        login = ("connection", "login", "csm", "--password-file", password)
        self.tree("a-w", state)
        for words in (("connection", "test", "csm"), ("doctor", "--no-network")):
            told = self.nobody(*words)  # warned: the token works
            self.assertIn("a new sign-in cannot be kept there; syncs run until 20", told)
            self.assertIn(command, told)
        self.nobody("sync", "run", "--quiet")
        self.assertIn(command, self.nobody(*login, code=3))
        self.end_sign_in()
        for words in (("connection", "test", "csm"), ("doctor", "--no-network"), ("sync", "run")):
            told = self.nobody(*words, code=3)
            self.assertIn(command, told)
            self.assertNotIn("syncs run until", told)
        self.assertIn("no sync can run", self.nobody("connection", "test", "csm", code=3))
        self.tree("u+rwX", state)
        self.nobody(*login)
        self.nobody("sync", "run", "--quiet")

    def test_a_lock_that_cannot_be_taken_is_told_before_a_sign_in(self):
        self.add()
        self.nobody("sync", "run", "--quiet")
        lock = self.place["state"] + "/locks/csm.token.lock"
        self.closed(lock, 0o400)
        asked = self.sign_ins()
        password = self.secret_file("password", PASSWORD)
        os.chown(password, NOBODY, NOBODY)
        for words, code in ((("connection", "login", "csm", "--password-file", password), 3),
                            (("connection", "test", "csm"), 0), (("doctor", "--no-network"), 0)):
            told = self.nobody(*words, code=code)
            self.assertIn('the mode of "%s" is 0400: chmod -R u+rwX "%s"'
                          % (lock, self.place["state"]), told)
        self.assertEqual(self.sign_ins(), asked)

    def test_a_state_directory_of_root_is_given_back_by_one_command(self):
        self.add()
        self.nobody("sync", "run", "--quiet")
        state = self.place["state"]
        subprocess.run(["chown", "-R", "0:0", state], check=True)
        command = 'itsmc runs as user 65534: sudo chown -R 65534 "%s"' % state
        for words in (("connection", "test", "csm"), ("doctor", "--no-network"), ("sync", "run")):
            self.assertIn(command, self.nobody(*words, code=3))
        subprocess.run(["chown", "-R", str(NOBODY), state], check=True)
        self.nobody("sync", "run", "--quiet")

    def end_sign_in(self):
        kept = self.place["state"] + "/secrets/csm.token.json"
        with open(kept) as file:
            token = json.load(file)
        token["expires_at"] = "2020-01-02T03:04:05Z"
        with open(kept, "w") as file:
            json.dump(token, file)

    def test_one_unreadable_connection_hides_no_other(self):
        self.add()
        other = self.place["config"] + "/connections/other.toml"
        shutil.copy(self.place["config"] + "/connections/csm.toml", other)
        self.give(self.home)
        self.closed(other)
        for command in (("connection", "list"), ("sync", "status"), ("connection", "test"),
                        ("sync", "run")):
            told = self.nobody(*command, code=6)
            self.assertIn("csm", told)
            self.assertIn('error: reading "%s": Permission denied' % other, told)


class SimulatorPort(Story):
    def test_a_second_simulator_on_one_port_says_that_it_is_taken(self):
        first = self.simulator("--generate", "1", product="cherwell")
        port = first.url.rsplit(":", 1)[1]
        second = subprocess.run([SIM, "cherwell", "--port", port], capture_output=True, text=True,
                                timeout=30)
        self.assertEqual(second.returncode, 2)
        self.assertEqual(second.stderr, "itsmc-sim: cannot listen on port %s: Address already in use\n"
                         % port)
        first.stop()
        again = self.simulator("--generate", "1", "--port", port, product="cherwell")
        self.assertEqual(again.url, first.url)


if __name__ == "__main__":
    main()
