PYTHON ?= python3
PORT ?= 8000
SCALE ?= full
HOURS ?= 1
BIN := .venv/bin

.PHONY: run test proof bench bench-growth bench-saturday bench-peers agent release lint format messages lock clean

run: .venv/run
	@PORT=$(PORT) $(BIN)/comptoir run

# Tests that wait for a process, a browser or a clock leave a processor idle: half of the workers
# run those first, the others what calculates (tests/lines.py).
test: .venv/dev
	@$(BIN)/python -m tests.system
	@SEED=$(SEED) HOURS=0 $(BIN)/pytest -n 5 --dist loadfile $(ARGS)

# Without a SEED, one of its own, which it prints.
proof: .venv/dev
	@SEED=$(or $(SEED),$(shell date +%s)) HOURS=$(HOURS) $(BIN)/pytest -n 2 --dist loadgroup -m proof $(ARGS)

bench: .venv/dev
	@$(BIN)/python -m $(if $(AGAINST),bench.pairs --against $(AGAINST) $(if $(PAIRS),--pairs $(PAIRS)) $(if $(STRICT),--strict),bench) --scale $(SCALE) $(if $(ONLY),--only $(ONLY))

# What the same work costs at 10,000, 100,000 and a million titles.
bench-growth: .venv/dev
	@$(BIN)/python -m bench.pairs.growth $(if $(TITLES),--titles $(TITLES))

# How many readers and orders one small server carries beside its tills.
bench-saturday: .venv/dev
	@$(BIN)/python -m bench.pairs.saturday $(if $(TITLES),--titles $(TITLES)) $(if $(SECONDS),--seconds $(SECONDS))

# Orders of other programs, from the package registry, beside ours.
bench-peers: .venv/dev
	@$(BIN)/python -m bench.peers

agent: .venv/run
	@cd agent && ../$(BIN)/python -m hatchling build -t wheel -d ../dist

# The wheel, the sources, the agent, what they were tested with and their checksums, into dist/.
release: .venv/run
	@$(BIN)/python deploy/release.py

lint: .venv/dev
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/dev
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

messages: .venv/dev
	@$(BIN)/python -m tests.system gettext
	@for app in comptoir/*/locale; do (cd $$app/.. && DJANGO_SETTINGS_MODULE=django.conf.global_settings ../../$(BIN)/python -P -m django makemessages --locale fr --no-location --no-wrap); done
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .

lock:
	@$(PYTHON) -m pip install --quiet uv && for f in run dev; do $(PYTHON) -m uv pip compile requirements/$$f.in --python-version 3.11 --universal --generate-hashes --no-header --upgrade -q -o requirements/$$f.txt; done

.venv/run: requirements/run.txt pyproject.toml hatch_build.py $(wildcard comptoir/*/locale/*/LC_MESSAGES/*.po)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Comptoir needs (the first time takes a minute)…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
