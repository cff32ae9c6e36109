# AxTrain. A newcomer needs two targets:
#   make sweep   builds, and runs Sweeps/quickstart.yaml into Reports/quickstart/
#   make test    builds, and runs every test
# Both install missing system packages first. Also: make bench, make fuzz, make lint.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build sweep test bench fuzz lint

# What a user needs beside Swift 6.3: fitting, float products, sweep store, hashes, unpacking.
PACKAGES := pkg-config libgsl-dev libopenblas-dev libsqlite3-dev libssl-dev zlib1g-dev
AXTRAIN := .build/release/axtrain
FORMAT ?= table
SPEC ?= Sweeps/quickstart.yaml

help:
	@sed -n 's/^#   //p' Makefile

# Installs what is missing with apt-get, as root or through sudo; or says exactly what to install.
setup:
	@missing=(); \
	for package in $(PACKAGES); do \
	  status=$$(dpkg-query -W -f='$${db:Status-Status}' "$$package" 2>/dev/null || true); \
	  [ "$$status" = installed ] || missing+=("$$package"); \
	done; \
	[ $${#missing[@]} -eq 0 ] && exit 0; \
	as_root=(); \
	if [ "$$(id -u)" -ne 0 ]; then as_root=(sudo); fi; \
	if command -v apt-get >/dev/null && { [ "$$(id -u)" -eq 0 ] || command -v sudo >/dev/null; }; then \
	  echo "installing $${missing[*]}" >&2; \
	  if "$${as_root[@]}" apt-get update -qq >&2 && \
	    "$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}" >&2; \
	  then exit 0; fi; \
	fi; \
	echo "error: these packages are needed and could not be installed: run 'apt-get install $${missing[*]}' as root" >&2; \
	exit 1

# One set of flags for the program and its tests, which may see what is internal.
BUILD := -c release -Xswiftc -enable-testing

build: setup
	@swift build $(BUILD) --product axtrain >&2

sweep: build
	@$(AXTRAIN) sweep $(SPEC)

# The sources are compiled as for `build`, once for both; preconditions and overflow checks stay.
test: setup
	@swift test $(BUILD) --disable-testable-imports

# Prints one table; FORMAT=csv prints it as CSV on standard output, SKIP=NAME leaves a section out.
bench: build
	@swift build $(BUILD) --product axtrain-bench >&2
	@.build/release/axtrain-bench --format $(FORMAT) $(if $(SKIP),--skip $(SKIP))

# Feeds each reader RUNS mutated files, by libFuzzer with AddressSanitizer. What it finds
# stays in Fuzzing/.build/found.
RUNS ?= 1000000
fuzz: setup
	@swift build -c release --package-path Fuzzing -Xswiftc -sanitize=fuzzer,address >&2
	@for reader in Verilog BLIF Liberty IDX NPZ Safetensors ONNX CSV ModelYAML Specs Checkpoint; do \
	  mkdir -p Fuzzing/.build/found/$$reader; \
	  Fuzzing/.build/release/Fuzz$$reader -runs=$(RUNS) -timeout=5 -rss_limit_mb=2048 \
	    Fuzzing/.build/found/$$reader Fuzzing/Corpus/$$reader; \
	done

lint:
	@swift format lint --strict --recursive Sources Tests Benchmarks/Sources Fuzzing/Sources Package.swift Fuzzing/Package.swift
