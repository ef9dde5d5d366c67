# Two commands are the contract with every newcomer: make demo, make test. The rest is for those who build.
SHELL := /bin/bash
PY := .venv/bin/python
STAMP := .venv/.made-from
.PHONY: demo test check campaign bench pictures setup packages assets lock clean down

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):[^#]*## /  make \1	/'

demo: setup  ## set everything up and play a referral action day on loopback (invented data)
	@.venv/bin/openiru demo $(DEMO_ARGS)

test: setup  ## set everything up and run every test
	@bash tools/packages browser || echo "      the tests of pages will be left out: no browser"
	@echo "[3/3] tests"
	@$(PY) -m pytest -q -n 2 --dist loadfile -m "not campaign"

check: setup  ## what CI runs, and the fences: format, lint, types, imports, tests
	@.venv/bin/ruff format --check src tests examples benchmarks
	@.venv/bin/ruff check src tests examples benchmarks
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(PY) -m pytest -q -n 2 --dist loadfile -m "not campaign"

campaign: setup  ## the long catalogues: bad inputs, faults, load, a real mail server
	@bash tools/packages campaign
	@$(PY) -m pytest -q -m campaign --timeout 3600

bench: setup  ## measurements, side by side with peers; writes benchmarks/results/
	@for file in benchmarks/[a-z]*.py; do name=$$(basename $$file .py); case $$name in machine|visitors|__init__) ;; *) echo "== $$name"; $(PY) -m benchmarks.$$name || exit 1;; esac; done

pictures: setup  ## the pictures of the desk for the documentation, in docs/images
	@OPENIRU_TEST_PICTURES=1 OPENIRU_LOG_LEVEL=warning $(PY) -m pytest -q tests/pages/test_pictures.py

setup: packages assets $(STAMP)

assets: packages
	@tools/assets

packages:
	@bash tools/packages

$(STAMP): requirements/dev.txt pyproject.toml
	@start=$$(date +%s); echo "[1/3] Python environment .venv ..."; \
	python3 -m venv .venv && \
	$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements/dev.txt && \
	echo "[2/3] OpenIRU itself ..." && \
	$(PY) -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation -e . && \
	touch $(STAMP) && echo "      done ($$(( $$(date +%s) - start )) s)"

lock:  ## compile requirements/*.in into locks with hashes (needs uv)
	@for f in base dev; do uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q requirements/$$f.in -o requirements/$$f.txt; done

down:  ## stop the workers and the private server
	@[ -x .venv/bin/openiru ] && .venv/bin/openiru down || true

clean: down  ## remove the environment (the data directory stays)
	@rm -rf .venv build
