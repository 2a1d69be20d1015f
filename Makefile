# SPDX-License-Identifier: GPL-2.0
# The only entrance; 'make help' tells what there is.
#
# Data flows one way: source -> tree -> kernel -> guest -> log -> report.  Each
# arrow is one script in scripts/, each node is below build/.

TOPIC	?= pcplists
BASE	:= $(if $(filter pcplists,$(TOPIC)),v5.10,v7.3)
ARCH	:= x86_64
VARIANT	:= patched
CONFIG	:= default

series	:= $(wildcard $(addprefix patches/$(TOPIC:all=*)/$(BASE)/,*.patch series))
ifeq ($(filter %/series,$(series)),)
$(error unknown BASE=$(BASE) or TOPIC=$(TOPIC); there are: $(patsubst patches/%/series,%,$(wildcard patches/*/*/series)))
endif
ifeq ($(filter $(ARCH),x86_64 arm64 i386),)
$(error unknown ARCH=$(ARCH); known are: x86_64 arm64 i386)
endif

export TOPIC
export PCP_BUILD ?= $(CURDIR)/build
build	:= $(PCP_BUILD)$(if $(filter-out pcplists,$(TOPIC)),/$(TOPIC))
source	:= $(PCP_BUILD)/tree/$(BASE).base
tree	:= $(build)/tree/$(BASE)
guest	:= $(build)/guest/$(ARCH).cpio.gz
reports	:= $(build)/reports

ifneq ($(KERNEL),)
export KERNEL := $(abspath $(KERNEL))
endif

help:
	@sed -n 's/^## //p' Makefile

## Main targets
##   make demo       interruptions of isolated CPUs and the hang, unpatched and patched
##   make test       build the patched kernel, boot it, stress it, check isolation
##
## Steps, each for BASE=v5.10 ARCH=x86_64 VARIANT=base|patched CONFIG=default (one or
## more of tools/testing/pcplists/configs, CONFIG=kasan+numa2) TOPIC=pcplists (or lru or
## percpu, for v6.12 and v7.3, or all of them)
##   make tree       a git tree with the series in build/tree/$(BASE)
##                   (KERNEL=/path/to/linux: a tree or tarball of yours)
##   make refresh    write the commits of that tree back to patches/
##   make kernel     the guest's kernel
##   make boot       a shell in a guest with isolated CPUs
##   make isolation  what interrupts the isolated CPUs of one VARIANT
##   make kunit      the KUnit suite, in the guest
##   make kunit-um   the same as user mode Linux, BASE=v7.3
##   make selftests  the kernel's own of mm, unpatched and patched: does any do worse?
##   make torture    drains, hotplug and allocations at random, for MINUTES=1
##   make stress     drains of every kind at once, for STRESS_SECONDS=60
##   make check      the series against this repository and checkpatch
##   make codegen    the header costs no instruction over open coding
##   make prefixes   every prefix of the series builds with W=1 and boots
##   make busted     seeded bugs that the tests have to notice (CONFIG=debug)
##   make coverage   the lines of the series that KUnit, torture and stress execute
##   make harness    the exchange in user space, with liburcu
##   make models     the exchange under the kernel's memory model, and in spin
##   make bench      all of these, each ROUNDS=2 times:
##   make bench-fastpath  instructions of an allocation and a free
##   make bench-scaling  instructions of a drain, by the number of CPUs and nodes
##   make bench-insns  instructions of a drain on each CPU, by what the others do
##   make bench-drain  latency of a drain, by what the other CPUs do
##   make bench-lockout  what a CPU sees of a drain of its lists
##   make bench-workload  throughput of programs that allocate and free, stress-ng's
##   make sizes      bytes that every CPU has for every zone
##   make benchmarks what these have found, for Documentation/benchmarks, and plots
##   make bench-harness  the exchange against a lock, in user space, with a plot
##
## For your own kernel, and for others'
##   make apply KERNEL=/path/to/linux  the series that fits, into that tree
##   make range-diff A=v6.1 B=v6.12    what had to change from one to the other
##   make export     mails for git send-email and b4 (FORMAT=--rfc)
##   make deb        Debian packages of the kernel (KCONFIG=/boot/config-...)
##   make matrix     everything on every base, architecture and configuration: hours
##                   (CELLS='v6.12/arm64/rt ...': these)
##   make check-apply  does apply tell trees apart
##   make clean      remove everything that was made

# ---- what has to be installed

packages-x86_64 := qemu-system-x86_64=qemu-system-x86
packages-arm64 := qemu-system-aarch64=qemu-system-arm \
	aarch64-linux-gnu-gcc=gcc-aarch64-linux-gnu \
	/usr/aarch64-linux-gnu/include/stdio.h=libc6-dev-arm64-cross
packages-i386 := qemu-system-i386=qemu-system-x86 \
	i686-linux-gnu-gcc=gcc-i686-linux-gnu \
	/usr/i686-linux-gnu/include/stdio.h=libc6-dev-i386-cross

packages: FORCE
	@scripts/need.sh gcc=gcc ld=binutils flex=flex bison=bison bc=bc ccache=ccache \
		cpio=cpio git=git make=make python3=python3 xz=xz-utils gzip=gzip \
		/usr/include/gelf.h=libelf-dev /usr/include/openssl/ssl.h=libssl-dev \
		quilt=quilt perl=perl $(packages-$(ARCH))

# ---- source -> tree -> kernel -> guest

tree: $(tree).ready

# Another source may have been named than the last time.
$(source).ready: FORCE | packages
	@scripts/make-base.sh $(BASE)

$(tree).ready: $(source).ready $(series)
	@scripts/make-tree.sh $(BASE)

refresh:
	@scripts/refresh.sh $(BASE)

kernel: $(tree).ready | packages
	@scripts/build-kernel.sh $(BASE) $(ARCH) $(VARIANT) $(CONFIG)

initramfs: | packages
	@scripts/make-initramfs.sh $(ARCH)

boot: kernel initramfs
	@scripts/run-guest.sh $(BASE) $(ARCH) $(VARIANT) $(CONFIG) shell 0 -

# ---- guest -> log -> report

isolation: kernel initramfs
	@scripts/run-guest.sh $(BASE) $(ARCH) $(VARIANT) $(CONFIG) isolation 800 \
		$(reports)/isolation-$(BASE)-$(ARCH)-$(VARIANT).log
	@scripts/isolation-report.py $(VARIANT)=$(reports)/isolation-$(BASE)-$(ARCH)-$(VARIANT).log

STRESS_SECONDS := 60
stress: kernel initramfs
	@scripts/run-guest.sh $(BASE) $(ARCH) $(VARIANT) $(CONFIG) stress \
		$$(($(STRESS_SECONDS) * 3 + 200)) \
		$(reports)/stress-$(BASE)-$(ARCH)-$(VARIANT)-$(CONFIG).log \
		stress_seconds=$(STRESS_SECONDS)
	@scripts/ktap.sh $(reports)/stress-$(BASE)-$(ARCH)-$(VARIANT)-$(CONFIG).log

kunit: kernel initramfs
	@scripts/run-guest.sh $(BASE) $(ARCH) $(VARIANT) $(CONFIG) kunit 400 \
		$(reports)/kunit-$(BASE)-$(ARCH)-$(VARIANT)-$(CONFIG).log
	@scripts/kunit.sh $(BASE) $(reports)/kunit-$(BASE)-$(ARCH)-$(VARIANT)-$(CONFIG).log

kunit-um: $(tree).ready
	@scripts/kunit-um.sh $(BASE)

selftests: $(tree).ready initramfs
	@scripts/need.sh /usr/include/sys/capability.h=libcap-dev /usr/include/numa.h=libnuma-dev \
		rsync=rsync
	@scripts/make-selftests.sh $(BASE) $(ARCH)
	@scripts/selftests.sh $(BASE) $(ARCH)

MINUTES := 1
ifneq ($(filter lru percpu,$(TOPIC)),)
# The module is about pcplists; what else there is to be tortured, stress does.
torture: STRESS_SECONDS = $$(($(MINUTES) * 60))
torture: stress
else
torture: kernel initramfs
	@scripts/run-guest.sh $(BASE) $(ARCH) $(VARIANT) $(CONFIG) torture \
		$$(($(MINUTES) * 90 + 200)) \
		$(reports)/torture-$(BASE)-$(ARCH)-$(VARIANT)-$(CONFIG).log \
		torture_seconds=$$(($(MINUTES) * 60))
	@scripts/ktap.sh $(reports)/torture-$(BASE)-$(ARCH)-$(VARIANT)-$(CONFIG).log
endif

# Of a base with more than one topic, all of them are shown.
demo: | packages
	@TOPIC=$(if $(and $(filter file,$(origin TOPIC)),$(wildcard patches/lru/$(BASE)/series)),all,$(TOPIC)) \
		scripts/demo.sh $(BASE) $(ARCH)

test: | packages
	@scripts/test.sh $(BASE) $(ARCH)

# ---- the series itself, and what proves it without a kernel

check: $(tree).ready
	@scripts/check-series.sh $(BASE)

codegen:
	@scripts/check-codegen.sh $(BASE) $(ARCH)

prefixes: $(tree).ready initramfs
	@scripts/check-prefixes.sh $(BASE) $(ARCH)

busted: $(tree).ready initramfs
	@scripts/busted$(if $(filter-out pcplists,$(TOPIC)),-kunit).sh $(BASE) $(ARCH) $(CONFIG)

coverage: $(tree).ready initramfs
	@scripts/coverage.sh $(BASE) $(ARCH)

harness:
	@scripts/need.sh /usr/include/$$(uname -m)-linux-gnu/urcu.h=liburcu-dev
	@$(MAKE) -s -C tools/testing/pcplists O=$(build)/harness check

models: $(tree).ready
	@scripts/need.sh spin=spin
	@$(MAKE) -s -C tools/memory-model O=$(build)/models \
		LKMM=$(tree)/tools/memory-model check

ROUNDS := 2
bench: bench-fastpath bench-scaling bench-insns bench-drain bench-lockout bench-workload sizes

bench-fastpath bench-drain bench-insns bench-scaling bench-lockout bench-workload: bench-%: $(tree).ready initramfs
	@scripts/bench.sh $* $(BASE) $(ARCH) $(ROUNDS)

bench-workload: stress-ng

stress-ng: | packages
	@scripts/make-stress-ng.sh $(ARCH)

sizes:
	@scripts/sizes.sh $(BASE) $(ARCH)

benchmarks:
	@scripts/need.sh gnuplot=gnuplot-nox
	@scripts/benchmarks.sh

bench-harness:
	@scripts/need.sh /usr/include/$$(uname -m)-linux-gnu/urcu.h=liburcu-dev gnuplot=gnuplot-nox
	@$(MAKE) -s -C tools/testing/pcplists O=$(build)/harness \
		CSV=$(reports)/harness.csv SVG=$(CURDIR)/Documentation/benchmarks/harness.svg bench

# ---- for other trees, and for others

apply:
	@scripts/apply.sh $(TOPIC) "$(KERNEL)"

check-apply: $(tree).ready
	@scripts/check-apply.sh $(TOPIC) $(BASE)

range-diff:
	@$(MAKE) -s BASE=$(A) tree >&2
	@$(MAKE) -s BASE=$(B) tree >&2
	@scripts/range-diff.sh $(A) $(B)

export: $(tree).ready
	@scripts/export.sh $(BASE) $(FORMAT)

deb: $(tree).ready
	@scripts/deb.sh $(BASE) $(ARCH) $(VARIANT) $(CONFIG)

matrix: | packages
	@scripts/matrix.sh $(CELLS)

clean:
	rm -rf $(build)

FORCE:

.PHONY: help packages tree refresh kernel initramfs stress-ng boot isolation kunit kunit-um selftests torture stress demo \
	test check codegen prefixes busted coverage harness models bench bench-fastpath \
	bench-scaling bench-insns bench-drain bench-lockout bench-workload bench-harness sizes benchmarks apply check-apply \
	range-diff export deb matrix clean FORCE
