"""A SLURM cluster of several nodes on one machine: real daemons, in a folder of their own."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "setpriv")
SITE_FILE = Path("/etc/slurm/slurm.conf")
PREFIX = "dugnad-slurm-"
SHOWN = "%i|%j|%T|%k|%N|%C|%m|%Z"

CONFIG = """\
ClusterName=dugnad
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/munge.socket
CredType=cred/munge
SlurmctldPort={port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/%n/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/builtin
SchedulerParameters=sched_min_interval=200000
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/ended.log
MinJobAge=7200
ReturnToService=2
SlurmctldTimeout=60
SlurmdTimeout=10
InactiveLimit=0
KillWait=5
SlurmdParameters=config_overrides
TaskProlog={folder}/task_prolog.sh
Epilog={folder}/epilog.sh
PartitionName=main Nodes={names} Default=YES MaxTime=INFINITE State=UP DefMemPerCPU=1000
"""
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={cpus}"
NODE += " RealMemory={memory} State=UNKNOWN\n"

# each job has scratch of its own, which goes when the job ends, however it ends
SCRATCH = "{folder}/scratch/$SLURM_JOB_ID"
TASK_PROLOG = f"#!/bin/sh\nmkdir -p {SCRATCH}\necho export TMPDIR={SCRATCH}\n"
EPILOG = f"#!/bin/sh\nrm -rf {SCRATCH}\n"


class UnavailableError(Exception):
    """SLURM cannot be started here; says why."""


@dataclass(frozen=True)
class Job:
    """What squeue knows of a job, running or ended; ``memory`` in megabytes."""

    id: str
    name: str
    state: str
    comment: str
    node: str
    cpus: int
    memory: int
    folder: Path


@dataclass
class Cluster:
    """munged, slurmctld and a slurmd for each node; started and stopped by process id."""

    nodes: tuple[str, ...] = ("node1", "node2")
    cpus: int = 2
    memory: int = 8000
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix=PREFIX)))
    daemons: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        """Start all daemons and wait until all nodes are idle; raises UnavailableError."""
        claim_site_file(self.folder / "slurm.conf")
        self._write_files()
        munge = self.folder / "munge"
        options = {
            "key-file": munge / "munge.key",
            "socket": munge / "munge.socket",
            "pid-file": munge / "munged.pid",
            "log-file": munge / "munged.log",
            "seed-file": munge / "munged.seed",
        }
        given = [f"--{name}={path}" for name, path in options.items()]
        self._run("munged", "munged", "--foreground", "--num-threads=2", *given)
        self._until(lambda: (munge / "munge.socket").exists(), "munged made no socket")
        self.start_controller()
        for node in self.nodes:
            self.start_node(node)
        self._until(
            lambda: self.node_states().count("idle") == len(self.nodes), "nodes are not idle", 60
        )

    def stop(self) -> None:
        """End all jobs and all daemons, and leave nothing behind."""
        if "slurmctld" in self.daemons:
            ask("scancel", "--user=root", check=False)
            deadline = time.monotonic() + 10
            while ask("squeue", "--noheader", check=False) and time.monotonic() < deadline:
                time.sleep(0.2)
        for name in (*self.nodes, "slurmctld", "munged"):
            if daemon := self.daemons.pop(name, None):
                end(daemon)
        for node in self.nodes:
            self._kill_steps(node)
        if SITE_FILE.is_symlink() and SITE_FILE.readlink() == self.folder / "slurm.conf":
            SITE_FILE.unlink()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_controller(self) -> None:
        """Start slurmctld, which goes on where an earlier one stopped, until it answers."""
        self._run("slurmctld", "slurmctld", "-D", "-i")
        self._until(lambda: "is UP" in ask("scontrol", "ping", check=False), "no slurmctld", 60)

    def start_node(self, node: str) -> None:
        """Start a node's slurmd."""
        self._run(node, "slurmd", "-D", "-N", node)

    def stop_controller(self) -> None:
        """Stop slurmctld, as when it is updated; jobs run on."""
        end(self.daemons.pop("slurmctld"))

    def kill_slurmd(self, node: str) -> None:
        """Kill a node's slurmd; the jobs on it run on."""
        daemon = self.daemons.pop(node)
        daemon.kill()
        daemon.wait()

    def kill_node(self, node: str) -> None:
        """Kill a node's slurmd and all that runs on it, as when its power goes."""
        self.kill_slurmd(node)
        self._kill_steps(node)

    def drain(self, node: str) -> None:
        """Let a node take no further jobs."""
        ask("scontrol", "update", f"nodename={node}", "state=drain", "reason=test")

    def resume(self, node: str) -> None:
        """Let a node take jobs again."""
        ask("scontrol", "update", f"nodename={node}", "state=resume")

    def start_now(self, job: str) -> None:
        """Let a job that waits for a time start at once."""
        ask("scontrol", "update", f"jobid={job}", "starttime=now")

    def submit(self, command: str, *, name: str, folder: Path) -> str:
        """Submit a small job; returns its number."""
        given = [f"--job-name={name}", f"--chdir={folder}", "--output=/dev/null", "--mem=100"]
        return ask("sbatch", "--parsable", *given, f"--wrap={command}").strip()

    def cancel(self, *jobs: str) -> None:
        """Cancel jobs, as an administrator would."""
        ask("scancel", *jobs)

    def suspend(self, job: str) -> None:
        """Stop a job where it is, to go on later."""
        ask("scontrol", "suspend", job)

    def node_states(self) -> list[str]:
        """One word for each node: idle, mixed, allocated, drained, down*, ..."""
        return ask("sinfo", "--noheader", "--Node", "--format=%T", check=False).split()

    def jobs(self, folder: Path) -> list[Job]:
        """All jobs that were submitted in a folder, also those that have ended."""
        found = []
        for line in ask("squeue", "--noheader", "--states=all", f"--format={SHOWN}").splitlines():
            number, name, state, comment, node, cpus, memory, path = line.split("|")
            size = int(float(memory[:-1]) * {"M": 1, "G": 1024}[memory[-1]])
            found.append(Job(number, name, state, comment, node, int(cpus), size, Path(path)))
        return sorted((job for job in found if job.folder == folder), key=lambda job: int(job.id))

    def told(self) -> str:
        """The queue and the last lines of the daemons' logs, to see why a run does not end."""
        logs = [*self.folder.glob("*.log"), *self.folder.glob("*/slurmd.log")]
        tails = [f"{path}:\n{path.read_text()[-3000:]}" for path in sorted(logs)]
        queue = ask("squeue", "--states=all", "--format=%i %T %N %r %k", check=False)
        return "\n".join([queue, *tails])

    def steps(self, node: str) -> Iterator[psutil.Process]:
        """The slurmstepd of a node, which stay in the folder where its slurmd was started."""
        for process in psutil.process_iter(["name"]):
            try:
                if process.name() == "slurmstepd" and Path(process.cwd()) == self.folder / node:
                    yield process
            except psutil.Error:
                continue

    def _kill_steps(self, node: str) -> None:
        for step in list(self.steps(node)):
            try:
                for process in (step, *step.children(recursive=True)):
                    process.kill()
            except psutil.NoSuchProcess:
                continue

    def _write_files(self) -> None:
        self.folder.chmod(0o755)
        for name in ("munge", "state", "scratch", *(f"{node}/spool" for node in self.nodes)):
            (self.folder / name).mkdir(parents=True)
        key = self.folder / "munge/munge.key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(128))
        host = socket.gethostname().split(".")[0]
        ports = free_ports(len(self.nodes) + 1)
        names = ",".join(self.nodes)
        *head, last = CONFIG.format(
            host=host, folder=self.folder, port=ports[0], names=names
        ).splitlines(keepends=True)
        nodes = [
            NODE.format(name=name, host=host, port=port, cpus=self.cpus, memory=self.memory)
            for name, port in zip(self.nodes, ports[1:], strict=True)
        ]
        (self.folder / "slurm.conf").write_text("".join([*head, *nodes, last]))
        for name, text in (("task_prolog.sh", TASK_PROLOG), ("epilog.sh", EPILOG)):
            path = self.folder / name
            path.write_text(text.format(folder=self.folder))
            path.chmod(0o755)

    def _run(self, name: str, program: str, *arguments: str) -> None:
        """In the foreground, to end with this process if that is killed."""
        log = (self.folder / f"{name}.out").open("ab")
        self.daemons[name] = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.folder / (name if name in self.nodes else ""),
        )

    def _until(self, done: Callable[[], bool], otherwise: str, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            ended = [name for name, daemon in self.daemons.items() if daemon.poll() is not None]
            if ended or time.monotonic() > deadline:
                logs = [path.read_text()[-500:] for path in sorted(self.folder.glob("*.out"))]
                raise UnavailableError(f"{otherwise} (ended: {ended}): {' '.join(logs)}")
            time.sleep(0.1)


def ask(*command: str, check: bool = True) -> str:
    """What a command of SLURM prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def end(daemon: subprocess.Popen[bytes]) -> None:
    """End a process that we started: it is asked first, then killed."""
    daemon.send_signal(signal.SIGTERM)
    try:
        daemon.wait(60)  # slurmctld writes down its jobs, after some waiting for dead nodes
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


def free_ports(number: int) -> list[int]:
    """Ports that nothing listens on, below those that systems give to outgoing connections.

    One of those could be taken by another process while a daemon is down.
    """
    ports: list[int] = []
    for port in random.sample(range(20000, 30000), 1000):
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            ports.append(port)
        if len(ports) == number:
            return ports
    raise UnavailableError("no free ports between 20000 and 30000")


def claim_site_file(config: Path) -> None:
    """Link the site's file to ours: SLURM's own variables do not reach a job's steps.

    What an earlier test left behind is replaced; a real cluster's file is never touched.
    """
    if SITE_FILE.is_symlink() and PREFIX in str(left := SITE_FILE.readlink()):
        if (left.parent / "munge/munge.socket").exists() and ask("squeue", check=False):
            raise UnavailableError(f"a cluster of another test runs at {left.parent}")
        SITE_FILE.unlink()
    if SITE_FILE.exists():
        raise UnavailableError(f"{SITE_FILE} is of a cluster that is not ours")
    SITE_FILE.parent.mkdir(parents=True, exist_ok=True)
    SITE_FILE.symlink_to(config)


def install() -> None:
    """Install SLURM and munge by apt where that is possible; else raise UnavailableError."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if os.getuid() != 0:
        raise UnavailableError("only root can start a SLURM cluster for the tests")
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise UnavailableError(f"{', '.join(missing)} not found; install SLURM and munge")
    print("installing slurm-wlm and munge by apt, for the tests of clusters", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", "slurm-wlm", "munge"],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode and "install" in command:
            raise UnavailableError(f"{' '.join(command)}: {done.stderr[-500:]}")
