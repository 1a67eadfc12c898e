# `make` lists what there is. GNU make 3.81 and a POSIX shell are enough.

BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
BOOTSTRAP := pyproject.toml requirements/bootstrap.txt tools/venv.sh

# `make up PORT=8123` says the same as `DODAM_PORT=8123 make up`.
ifeq ($(origin PORT),command line)
export DODAM_PORT := $(PORT)
endif

# Python compiles a module once, also where it is told to write nothing beside its sources:
# a process starts in half the time.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache

URL = http://127.0.0.1:$(or $(DODAM_PORT),8000)

.PHONY: help up simulate simulate-short newcomer attack games-storm games-short outages outages-short \
	test state-machines lives store-messages check format lint types imports dependencies migrations secrets \
	bench bench-short bench-start bench-jobs bench-storm storm-short bench-difficulty bench-payments bench-settings bench-games bench-logging \
	bench-masking \
	bench-scale scale-short dropout-model dropout-short lock upgrade hooks clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 16

up: $(RUNTIME) ## start everything: database, API, worker, demo families (PORT=8123)
	@exec $(BIN)/dodam up

simulate: $(RUNTIME) ## let virtual families play on the running server (ARGS="--families 50")
	@exec $(BIN)/dodam simulate --url $(URL) $(ARGS)

simulate-short: $(DEV) ## the same for seconds, on a server of its own
	@$(BIN)/python tools/with_server.py \
		$(BIN)/dodam simulate --families 6 --days 14 --url {url}

newcomer: $(DEV) ## let a newcomer add a mini-game through the API, and families play it
	@$(BIN)/python tools/with_server.py $(BIN)/dodam newcomer --url {url} {invitation}

attack: $(DEV) ## let an attacker try the usual things at four instances behind one Valkey
	@$(BIN)/python tools/with_instances.py $(BIN)/dodam attack {urls} --invitation {invitation}

games-storm: $(DEV) ## let 50 clients at once play a mini-game at four instances, killing one
	@$(BIN)/python tools/games_storm.py

games-short: $(DEV) ## the same for seconds
	@$(BIN)/python tools/games_storm.py --short

outages: $(DEV) ## kill, stop and freeze processes, PostgreSQL and Valkey while they are used
	@$(BIN)/python tools/outages

outages-short: $(DEV) ## the same for a minute
	@$(BIN)/python tools/outages --short

test: $(DEV) ## run the tests (ARGS="-k calendar")
	@$(BIN)/pytest -q -n auto --dist worksteal $(ARGS)

state-machines: $(DEV) ## let many more random families live than the tests do (30 minutes)
	@DODAM_TEST_FAMILIES=1000 DODAM_TEST_STEPS=50 \
		$(BIN)/pytest -q -n 0 tests/therapy/test_state_machine.py

lives: $(DEV) ## let subscriptions live at both stores, 100,000 of them (ARGS="--histories 1000")
	@$(BIN)/python -m tests.billing.lives $(ARGS)

store-messages: $(DEV) ## write down which test shows what of the stores' messages
	@rm -f .venv/store-messages
	@DODAM_RECORD_MESSAGES=$(CURDIR)/.venv/store-messages $(BIN)/pytest -q -n auto tests/billing
	@$(BIN)/python -m tests.billing.message_record .venv/store-messages

check: lint types imports dependencies migrations secrets ## everything that can be checked unrun

format: $(DEV) ## format the code and mend what can be mended
	@$(BIN)/ruff check --quiet --fix-only
	@$(BIN)/ruff format --quiet

lint: $(DEV)
	@$(BIN)/ruff format --quiet --check || { echo 'Not formatted: make format' >&2; exit 1; }
	@$(BIN)/ruff check --quiet

types: $(DEV)
	@$(BIN)/basedpyright

imports: $(DEV)
	@$(BIN)/lint-imports --no-logo

dependencies: $(DEV)
	@$(BIN)/deptry .

# Widths are chosen by what is counted; a migration is one transaction; PgQueuer's and Alembic's own
# tables have the rest. Loosening a column or a rule is safe beside the release before: only this one
# writes what the old rule forbade.
SQUAWK := --pg-version 15 --exclude prefer-bigint-over-int,prefer-bigint-over-smallint \
	--exclude prefer-robust-stmts,prefer-identity,prefer-text-field \
	--exclude ban-drop-not-null,ban-drop-constraint

migrations: $(DEV)
	@$(BIN)/dodam migrate --sql > .venv/migrations.sql
	@$(BIN)/squawk $(SQUAWK) .venv/migrations.sql
	@$(BIN)/dodam drift

# A made-up password is a sentence, or says that it is for the demo; a name is lower-case words; the
# linter was told which strings only sound like passwords.
SECRETS := --no-verify --exclude-files '^requirements/|/static/' \
	--exclude-secrets ' |demo|^[a-z]+([_.][a-z]*)+$$' --exclude-lines 'noqa: S10[56]'

secrets: $(DEV)
	@git ls-files -z -co --exclude-standard | xargs -0 $(BIN)/detect-secrets-hook $(SECRETS)

bench: $(DEV) ## measure beside the limits of this machine
	@$(BIN)/python -m bench $(ARGS)

bench-short: $(DEV) ## the same for seconds, with jobs and the start of a client
	@$(BIN)/python -m bench --short
	@$(BIN)/python -m bench.start --short
	@$(BIN)/python -m bench.jobs --short
	@$(BIN)/python -m bench.payments --short

bench-jobs: $(DEV) ## measure background work beside BullMQ (needs Node 20 and npm)
	@$(BIN)/python -m bench.jobs

bench-difficulty: $(DEV) ## let simulated players follow the difficulty that is recommended
	@$(BIN)/python -m bench.difficulty

bench-start: $(DEV) ## measure all that a client needs when it starts, beside the same from memory
	@$(BIN)/python -m bench.start

bench-payments: $(DEV) ## measure the stores' messages and entitlement beside what can be done
	@$(BIN)/python -m bench.payments

bench-settings: $(DEV) ## measure how a client's settings are found among 1,000 rules
	@$(BIN)/python -m bench.settings_rules

bench-logging: $(DEV) ## measure what logging costs, and what a kill loses
	@$(BIN)/python -m bench.logging.files
	@$(BIN)/python -m bench.logging.lines
	@$(BIN)/python -m bench.logging.requests
	@$(BIN)/python -m bench.logging.kills
	@$(BIN)/python -m bench.logging.database

bench-games: $(DEV) ## measure results of mini-games beside play records
	@$(BIN)/python -m bench.games

bench-masking: $(DEV) ## measure what masking a line of the log costs
	@$(BIN)/python -m bench.masking

bench-storm: $(DEV) ## count what arrives while services fail and workers are killed (12 minutes)
	@$(BIN)/python -m bench.storm

storm-short: $(DEV) ## the same with fewer
	@$(BIN)/python -m bench.storm --short

bench-scale: $(DEV) ## measure beside 50 million plays (hours, 40 GB; ARGS="--records 2000000")
	@$(BIN)/python -m bench.scale $(ARGS)

scale-short: $(DEV) ## the same with 200,000, and on partitions: whether sums are right
	@$(BIN)/python -m bench.scale --short
	@$(BIN)/python -m bench.scale.partitions --short

dropout-model: $(DEV) ## fit and judge the model of drop-out risk on virtual families (minutes)
	@$(BIN)/python -m bench.dropout

dropout-short: $(DEV) ## judge the model that is shipped on fewer families
	@$(BIN)/python -m bench.dropout --short

lock: $(DEV) ## renew requirements/ from pyproject.toml, keeping versions that still fit
	@sh tools/lock.sh

upgrade: $(DEV) ## renew requirements/ with the newest versions
	@sh tools/lock.sh --upgrade

hooks: $(DEV) ## run the checks before every commit
	@$(BIN)/pre-commit install

clean: ## remove what was built (the data under .dodam/ stays)
	@rm -rf .venv dist .cache .hypothesis .import_linter_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +

$(RUNTIME): requirements/runtime.txt $(BOOTSTRAP)
	@sh tools/venv.sh runtime
	@touch $@

$(DEV): requirements/dev.txt $(BOOTSTRAP)
	@sh tools/venv.sh dev
	@touch $(RUNTIME) $@
