"""A PostgreSQL 15 of the race's own: its data directory, a unix socket, no network; stopped at the end by its process id."""
import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import time

PEER = pathlib.Path(__file__).resolve().parent.parent / "peers" / "postgresql"
sys.path.insert(0, str(PEER))
import design  # noqa: E402: it lies beside the SQL that it writes out

USER = "race"
TICKS = os.sysconf("SC_CLK_TCK")


def programs():
    """The folder of the server's programs, or None."""
    for folder in ("/usr/lib/postgresql/15/bin", *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)):
        if os.path.exists(f"{folder}/postgres") and os.path.exists(f"{folder}/initdb"):
            return folder
    return None


class Server:
    """Settings given override those of postgresql.conf."""

    def __init__(self, folder, settings):
        self.folder, self.bin = pathlib.Path(folder), programs()
        self.folder.mkdir(mode=0o755)
        self.demote = []
        if os.getuid() == 0:  # it refuses to run as root
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.demote = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups"]
        self.environment = {**os.environ, "PGHOST": str(self.folder), "PGUSER": USER}
        data = self.folder / "data"
        self.run([*self.demote, f"{self.bin}/initdb", "-D", data, "-U", USER, "-E", "UTF8", "--no-locale", "-A", "trust", "--no-sync"])
        shutil.copy(PEER / "postgresql.conf", data / "tuned.conf")
        os.chmod(data / "tuned.conf", 0o644)
        self.options = {"config_file": data / "tuned.conf", "hba_file": data / "pg_hba.conf", "listen_addresses": "",
                        "unix_socket_directories": self.folder, **settings}

    def __enter__(self):
        self.log = open(self.folder.parent / "postgresql.log", "w")
        self.process = subprocess.Popen([*self.demote, f"{self.bin}/postgres", "-D", self.folder / "data"]
                                        + [f"--{name}={value}" for name, value in self.options.items()],
                                        stdout=self.log, stderr=self.log)
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait_until_ready(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(f"PostgreSQL ended: {pathlib.Path(self.log.name).read_text()[-2000:]}")
            if subprocess.run([f"{self.bin}/pg_isready", "-q", "-d", "postgres"], env=self.environment).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL was not ready within a minute")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # fast shutdown
            self.process.wait(timeout=120)
        self.log.close()

    def run(self, command, **options):
        ran = subprocess.run([str(word) for word in command], env=self.environment, capture_output=True, text=True, **options)
        if ran.returncode != 0:
            raise RuntimeError(f"{command[0]}: {ran.stderr[-2000:]}")
        return ran.stdout

    def sql(self, database, text):
        return self.run(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database], input=text)

    # --- databases

    def make(self, database, which):
        self.sql("postgres", f"DROP DATABASE IF EXISTS {database};\nCREATE DATABASE {database};")
        self.sql(database, design.sql_of(which, "schema.sql", f"indexes_{which}.sql", "ingest.sql"))

    def settle(self, database):
        """What autovacuum and the checkpointer would do some day; not timed."""
        self.sql(database, "VACUUM (ANALYZE);")
        self.sql("postgres", "CHECKPOINT;")

    def index_knowledge(self, database, which):
        self.sql(database, design.sql_of(which, f"known_indexes_{which}.sql"))

    def rebuild(self, database, which):
        began = time.monotonic()
        self.sql(database, design.sql_of(which, "rebuild.sql") + "SET search_path = nxt;\n" + design.sql_of(which, f"indexes_{which}.sql"))
        return time.monotonic() - began

    def use_rebuilt(self, database):
        """From here on questions read what rebuild made."""
        self.sql(database, "ANALYZE;")
        self.sql("postgres", f"ALTER DATABASE {database} SET search_path = nxt, public;")

    def bytes_of(self, database):
        return int(self.sql(database, f"SELECT pg_database_size('{database}') - pg_database_size('template1');"))

    def write_questions(self, which, folder):
        """QUESTION=FILE for each question."""
        folder.mkdir(exist_ok=True)
        words = []
        for question in ("check", "what", "who", "existed", "known", "nothing"):
            name = f"{question}_{which}.sql" if question == "check" else f"{question}.sql"
            (folder / f"{question}.sql").write_text(design.sql_of(which, f"questions/{name}"))
            words.append(f"{question}={folder / question}.sql")
        return words

    # --- what it costs

    def processes(self):
        """The server's, the postmaster first. setpriv execs, so that ours is the postmaster."""
        ours = [self.process.pid]
        for stat in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(stat) as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid:
                ours.append(int(stat.split("/")[2]))
        return ours

    def cpu_seconds(self):
        """Of all its processes, those that have ended included."""
        ticks = 0
        for number, pid in enumerate(self.processes()):
            try:
                with open(f"/proc/{pid}/stat") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            ticks += sum(int(field) for field in fields[11:15 if number == 0 else 13])
        return ticks / TICKS

    def memory_kib(self):
        """What its processes have for themselves, and the shared memory once."""
        own, shared = 0, 0
        for pid in self.processes():
            try:
                with open(f"/proc/{pid}/status") as file:
                    fields = dict(line.split(":", 1) for line in file)
            except OSError:
                continue
            own += int(fields.get("RssAnon", "0 kB").split()[0])
            shared = max(shared, int(fields.get("RssShmem", "0 kB").split()[0]))
        return own + shared
