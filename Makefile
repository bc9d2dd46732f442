# Tanheng 碳衡. Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LANG_DEMO ?= zh
OUT := out
BENCH ?=
SHOTS ?=

# Compiled once, not in each of the thousand processes that the tests start.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test debian screenshots check lint types docs bench clean

help:  ## show what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tanheng needs Python 3.11 or newer; say which: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group test --group elsewhere --group lint
	@touch $@

demo: $(VENV)/.installed  ## install, compute the aluminium study, write its report
	@mkdir -p $(OUT)
	@$(BIN)/tanheng assess examples/aluminium/aluminium.yaml --lang $(LANG_DEMO) --report $(OUT)/aluminium.pdf --out $(OUT)/aluminium.json
	@echo
	@echo "report: $(OUT)/aluminium.pdf    frozen assessment: $(OUT)/aluminium.json"
	@echo "the web workbench:    $(BIN)/tanheng serve   (open the link that it prints)"
	@echo "your own study next:  $(BIN)/tanheng study new --product \"…\""

debian:
	@missing=""; \
	command -v soffice >/dev/null || missing="libreoffice-calc"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	fc-list 2>/dev/null | grep -q "Noto Sans CJK" || missing="$$missing fontconfig fonts-noto-cjk"; \
	test -z "$$missing" && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing for the tests: $$missing …"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null && exit 0; \
	fi; \
	echo "not installed, tests that need it are skipped (Debian packages): $$missing"; \
	test "$${CI:-}" != true

test: $(VENV)/.installed-dev debian  ## install, run the whole test suite
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not (crosscheck or docs or fuzz or ray or postgresql or platform or browser)"
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "(crosscheck or docs or fuzz or postgresql or platform) and not browser"
	$(BIN)/python -m pytest -n 2 --dist worksteal -m browser
	$(BIN)/python -m pytest -m ray

screenshots: $(VENV)/.installed-dev  ## pictures of all pages, into out/screenshots; SHOTS=--quick, SHOTS=--docs
	$(BIN)/python tests/browser/screenshots.py --out $(OUT)/screenshots $(SHOTS)

check: lint types  ## lint, types, floors of the house

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.installed-dev
	$(BIN)/mypy

docs: $(VENV)/.installed-dev  ## bring the generated parts of the documents up to date
	$(BIN)/python tests/docs/blocks.py
	$(BIN)/python -m tanheng.footprint.schema > docs/schema/assessment-1.schema.json
	$(BIN)/python -c "import json; from tanheng.footprint.reading import study_schema; print(json.dumps(study_schema(), ensure_ascii=False, indent=2))" > docs/schema/study-1.schema.json
	$(BIN)/python -m tanheng.rules.schema rule-pack > docs/schema/rule-pack-1.schema.json
	$(BIN)/python -m tanheng.rules.schema regime > docs/schema/regime-1.schema.json
	$(BIN)/python -c "import json; from tanheng.exchange.battery.model import json_schema; print(json.dumps(json_schema(), ensure_ascii=False, indent=2))" > docs/schema/battery-declaration-1.schema.json

.venv-bench/.installed: pyproject.toml benchmarks/requirements.txt
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	@echo "installing bw2calc and its fastest solver into .venv-bench …"
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --editable . --requirement benchmarks/requirements.txt
	@touch $@

bench: .venv-bench/.installed  ## compare with bw2calc side by side, in less than 20 minutes; BENCH=--quick, BENCH=--publish
	@mkdir -p $(OUT)
	.venv-bench/bin/python benchmarks/run.py --json $(OUT)/bench.json --markdown $(OUT)/bench.md $(BENCH)

clean:  ## remove the environment and what was made
	rm -rf $(VENV) .venv-bench $(OUT) .pytest_cache .mypy_cache .ruff_cache .hypothesis
