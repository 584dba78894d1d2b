"""Builds mpifutures with Spack, from the clone that this file is in.

    spack repo add packaging/spack
    spack install mpifutures ^mpich

Spack has no package of Swift: its toolchain (6.3 or later) must be in PATH. SwiftPM downloads the packages that
Package.resolved names, so the machine that builds needs the network.
"""

import os

from spack.package import *


class Mpifutures(Package):
    """A task pool for MPI clusters: calls run on the ranks of a job, and results come back as futures."""

    # The clone, four directories above this one.
    git = "file://" + os.path.realpath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 4))

    license("Apache-2.0")

    version("main", branch="main")
    version("0.2.0", branch="main")

    depends_on("c", type="build")
    depends_on("gmake", type="build")
    depends_on("pkgconfig", type="run")
    depends_on("mpi@3:")
    depends_on("libarchive", type="run")

    conflicts("platform=darwin", msg="mpifutures needs Linux: it reads ELF files and /proc")

    def install(self, spec, prefix):
        make("install", *self._settings(spec, prefix))

    def _settings(self, spec, prefix):
        return [f"PREFIX={prefix}", f"MPI_PREFIX={spec['mpi'].prefix}"]

    @run_after("install")
    @on_package_attributes(run_tests=True)
    def check_install(self):
        Executable(self.prefix.bin.mpifutures)("--self-test")

    def test_self(self):
        """check the installation"""
        which(self.prefix.bin.mpifutures)("--self-test")
