# neardup: `make` or `make help` lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
FUZZ_RUNS ?= 1000000
BENCH ?=
KILLS ?= 50
KILLS_SIZE ?= 1g
LIVE_KILLS ?= 500

binary := .build/release/neardup
manual := .build/manual
demo_index := .build/demo-index
# Named one by one: Benchmarks/.build has other people's sources.
swift_sources := Sources Tests Benchmarks/Sources Benchmarks/Benchmarks Benchmarks/Package.swift Package.swift

.PHONY: help demo test test-page build manual example lint format install stress bench results bench-signatures clean dependencies

help: ## Say what there is to make.
	@echo 'usage: make TARGET [PREFIX=/usr/local] [DESTDIR=]'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## Install what is missing, build, index the sample crawl, check the incoming samples.
	@rm -rf $(demo_index)
	@printf '\n$$ neardup index --index $(demo_index) Data/crawl.jsonl\n'
	@$(binary) index --index $(demo_index) Data/crawl.jsonl
	@printf '\n$$ neardup check --index $(demo_index) --table Data/incoming.jsonl Data/incoming.txt\n'
	@$(binary) check --index $(demo_index) --table Data/incoming.jsonl Data/incoming.txt
	@printf '\n$$ neardup check --index $(demo_index) --table --explain Data/incoming.txt\n'
	@$(binary) check --index $(demo_index) --table --explain Data/incoming.txt
	@printf '\n$$ neardup stats --index $(demo_index) | head -n 5\n'
	@$(binary) stats --index $(demo_index) >$(demo_index).stats
	@head -n 5 $(demo_index).stats
	@rm -f $(demo_index).stats
	@printf '\nThe index stays in $(demo_index), the command is $(binary); Data/README.md says what is in the samples.\n'

test: dependencies ## Install what is missing, build and run the tests.
	$(SWIFT) build --build-tests
	$(SWIFT) test

test-page: dependencies ## Use the service's page in a browser without a screen, and compare its answers with its OpenAPI description.
	$(SWIFT) build --product neardup
	scripts/test-page.sh

build: dependencies ## Install what is missing and build the command, in release mode.
	SWIFT=$(SWIFT) scripts/build.sh release neardup

manual: build ## Build the command, its manual pages and the shells' completions.
	scripts/make-manual.sh $(manual)

example: dependencies ## Build and run the example programs that use the library.
	SWIFT=$(SWIFT) scripts/build.sh release LibraryExample LiveIndexExample
	.build/release/LibraryExample
	.build/release/LiveIndexExample

lint: ## Check the format of the sources, the sizes of the files and the scripts.
	$(SWIFT) format lint --strict --recursive $(swift_sources)
	scripts/check-repository.sh

format: ## Format the Swift sources in place.
	$(SWIFT) format --in-place --recursive $(swift_sources)

install: $(binary) $(manual) ## Install command, manual and completions below $(DESTDIR)$(PREFIX), building only what was not built yet.
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/man/man1'
	install -m 755 $(binary) '$(DESTDIR)$(PREFIX)/bin/neardup'
	install -m 644 $(manual)/man1/*.1 '$(DESTDIR)$(PREFIX)/share/man/man1/'
	install -D -m 644 $(manual)/completions/neardup.bash \
		'$(DESTDIR)$(PREFIX)/share/bash-completion/completions/neardup'
	install -D -m 644 $(manual)/completions/_neardup '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_neardup'
	install -D -m 644 $(manual)/completions/neardup.fish \
		'$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/neardup.fish'

# No prerequisites, so that `sudo make install` copies what was built and does not compile as root.
$(binary):
	$(MAKE) build

$(manual):
	$(MAKE) manual

stress: dependencies ## Run the long form of the tests (more seeds, more sets), in release mode, fuzz, and kill.
	NEARDUP_STRESS=1 $(SWIFT) test -c release -Xswiftc -enable-testing
	scripts/fuzz.sh --runs $(FUZZ_RUNS)
	scripts/prove-kills.sh $(KILLS) $(KILLS_SIZE)
	scripts/prove-live-kills.sh $(LIVE_KILLS)
	scripts/prove-service.py .build/release/neardup --kills $(LIVE_KILLS)
	scripts/prove-dedup-kills.sh $(KILLS)

bench: dependencies ## Run the library's suites (Benchmarks/Benchmarks); BENCH='--filter queries.*' or 'baseline update main', for example.
	cd Benchmarks && $(SWIFT) package --allow-writing-to-package-directory benchmark $(BENCH)

results: dependencies ## Measure all that Benchmarks/RESULTS.md tells, peers too, and write it anew; takes an hour.
	SWIFT=$(SWIFT) scripts/build.sh release neardup generate-crawl
	Benchmarks/measure.sh

bench-signatures: dependencies ## Measure one permutation against K minima (Benchmarks/; docs/measurements.md).
	cd Benchmarks && $(SWIFT) run -c release signature-choice

clean: ## Remove everything that was built, the index of the demo included.
	rm -rf .build .build-peers Benchmarks/.build

# Quiet where nothing is missing.
dependencies:
	@scripts/install-dependencies.sh
