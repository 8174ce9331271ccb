# SPDX-License-Identifier: Apache-2.0
# A thin front for CMake: needs nothing but make on a fresh Debian 12. `make help` lists what there is.

PRESET        ?= release
JOBS          ?= $(shell nproc)
PREFIX        ?= /usr/local
DEMO_TRACE    ?= nic-router
FUZZ_SECONDS  ?= 60

BUILD         := build/$(PRESET)
VNSCOPE       := build/release/bin/vnscope
DEMO          := build/demo
PACKAGES      := $(shell sed 's/#.*//' packages.debian)
FUZZ_PACKAGES := clang-14 libfuzzer-14-dev
SOURCES        = $(shell git ls-files --cached --others --exclude-standard '*.hpp' '*.cpp')

.PHONY: help deps build test demo bench bench-live install package format tidy fuzz clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

# $(call need,packages): installs those that are missing, and does nothing when none is.
define need
	@missing=; for package in $(1); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" -ne 0 ]; then \
	    echo "These packages are missing; as root: apt-get install --no-install-recommends$$missing" >&2; exit 1; \
	  fi; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get update -q && apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 $$missing; \
	fi
endef

deps: ## install the packages of packages.debian that are missing (as root)
	$(call need,$(PACKAGES))

build: deps ## configure and build (PRESET=release|dev|asan|tsan|coverage)
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) --parallel $(JOBS)

test: build ## build and run all tests; the last line counts them
	@PRESET=$(PRESET) JOBS=$(JOBS) cmake/run-tests

demo: ## import a sample trace and write a report on it
	@$(MAKE) --no-print-directory build PRESET=release
	@mkdir -p $(DEMO)
	$(VNSCOPE) import build/release/sample-traces/$(DEMO_TRACE)/trace -o $(DEMO)/$(DEMO_TRACE).vns \
	  --symbols build/release/sample-traces/$(DEMO_TRACE)/truth/kallsyms.xz
	$(VNSCOPE) report $(DEMO)/$(DEMO_TRACE).vns --format html -o $(DEMO)/report.html
	@echo "The report on $(DEMO_TRACE): $(CURDIR)/$(DEMO)/report.html"

bench-live: ## how often live faults are named (root; RUNS=10)
	@$(MAKE) --no-print-directory build PRESET=release
	bench/live/run --build build/release --runs $(or $(RUNS),10)

bench: ## measure against babeltrace2, side by side
	@$(MAKE) --no-print-directory build PRESET=release
	cmake --build --preset release --target bench

install: ## install to PREFIX (default /usr/local; DESTDIR is honoured)
	@$(MAKE) --no-print-directory build PRESET=release
	cmake --install build/release --prefix $(PREFIX)

package: ## make a Debian package in build/release
	@$(MAKE) --no-print-directory build PRESET=release
	cd build/release && cpack -G DEB

format: ## lay out our sources with clang-format
	$(call need,clang-format-14)
	clang-format-14 -i $(SOURCES)

tidy: deps ## check names and common mistakes with clang-tidy
	$(call need,clang-tidy-14)
	@$(MAKE) --no-print-directory build PRESET=dev
	run-clang-tidy-14 -quiet -j $(JOBS) -p build/dev '$(CURDIR)/(storage|tracepoints|importer|topology|analyses|views|recording|apps)/'

fuzz: deps ## run each libFuzzer target for FUZZ_SECONDS (default 60)
	$(call need,$(FUZZ_PACKAGES))
	cmake --preset fuzz
	cmake --build --preset fuzz --parallel $(JOBS)
	@set -e; for fuzzer in build/fuzz/fuzz/*_fuzzer; do \
	  name=$$(basename $$fuzzer); mkdir -p build/fuzz/corpus/$$name; \
	  echo "$$name for $(FUZZ_SECONDS) s"; \
	  $$fuzzer -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -artifact_prefix=build/fuzz/$$name- \
	    build/fuzz/corpus/$$name; \
	done

clean: ## remove everything that was built
	rm -rf build
