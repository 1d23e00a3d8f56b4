# sharebot: what people run. `make demo` and `make test` need nothing but Python 3.11+, make and git.
.PHONY: help demo test check format bench chaos docs clean lock wheel image sbom licences audit
PYTHON ?= python3
BIN := .venv/bin
LOCK_FLAGS := --universal --generate-hashes --no-header --python-version 3.11 --quiet
PYTEST := $(BIN)/python -m pytest
WHEEL := .cache/wheel
# What is built comes first on the way of every import, and neither the folder nor the tree in it does.
ON_WHEEL := PYTHONSAFEPATH=1 PYTHONPATH=$(CURDIR)/$(WHEEL)

help:            ## this list
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / — /'

LOCKED := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes

.venv/run: requirements.lock requirements-build.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("sharebot needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(LOCKED) -r requirements-build.lock -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/run requirements-dev.lock
	$(LOCKED) -r requirements-dev.lock
	@touch $@

.venv/bench: .venv/dev requirements-bench.lock
	$(LOCKED) -r requirements-bench.lock
	@touch $@

demo: .venv/run  ## publish a sample newsletter to the sandbox and look at it (ARGS=--once: without staying)
	@$(BIN)/sharebot demo $(ARGS)

check: .venv/dev ## lint, types, import contracts and the offline tests: the loop to work in, about a minute
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check
	$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(PYTEST) -m 'not integration'

test: wheel      ## everything: `check`, real servers, the coverage gate, the documentation; on the built wheel
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/python tools/install_references.py || test -z "$$CI"
	$(BIN)/python tools/install_servers.py || test -z "$$CI"
	$(ON_WHEEL) $(PYTEST) --cov --cov-report=term
	$(MAKE) --no-print-directory docs

wheel: .venv/dev ## build what is published into dist/, and unpack it for the tests
	@rm -rf $(WHEEL) dist/*.whl
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(WHEEL) dist/*.whl

image: .venv/dev ## build the container image without an engine or a registry, and measure it (needs root and Debian)
	$(BIN)/python -m tools.build_image $(ARGS)

sbom: .venv/dev  ## write the bill of materials of what is shipped: dist/sbom.cdx.json
	$(BIN)/python -m tools.sbom

licences: .venv/dev ## list what is shipped with its licences, and fail on one that nobody has read
	$(BIN)/python -m tools.licences

audit: .venv/dev ## ask for known vulnerabilities of what is locked; 75: nobody could be asked
	$(BIN)/python -m tools.audit

chaos: .venv/dev ## the proofs that no post is lost or doubled, for longer (ROUNDS=10: so many times as long)
	SHAREBOT_CHAOS_ROUNDS=$(or $(ROUNDS),10) $(PYTEST) tests/chaos tests/outbox/test_machine.py tests/protocol

docs: .venv/dev  ## build the documentation into docs/_build
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet docs docs/_build

bench: .venv/bench ## measure speed, lag, memory, start-up and summaries side by side; results as JSON
	$(BIN)/python -m benchmarks $(ARGS)

format: .venv/dev ## lay the code out
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:           ## remove what the other targets made
	rm -rf .venv .cache .sharebot-demo build dist docs/_build .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis

lock:            ## pin the newest versions that pyproject.toml admits (needs uv)
	uv pip compile $(LOCK_FLAGS) pyproject.toml -o requirements.lock
	uv pip compile $(LOCK_FLAGS) pyproject.toml --all-extras -c requirements.lock -o requirements-all.lock
	uv pip compile $(LOCK_FLAGS) --group build -o requirements-build.lock
	uv pip compile $(LOCK_FLAGS) pyproject.toml --all-extras --group dev -c requirements-all.lock -o requirements-dev.lock
	uv pip compile $(LOCK_FLAGS) --group bench -c requirements-dev.lock -o requirements-bench.lock
	for peer in feed2toot feediverse apprise; do \
	  echo $$peer | uv pip compile $(LOCK_FLAGS) --no-annotate - -o benchmarks/peers/$$peer.lock || exit 1; done
	echo setuptools | uv pip compile $(LOCK_FLAGS) --no-annotate - -o benchmarks/peers/build.lock
