# Two verbs for everybody: `make run` and `make test`. The rest are for engineers.
SHELL := /bin/bash
PORT ?= 8080
LAN ?=
VENV := .venv/bin
stage := deploy/stage.sh

.PHONY: run test kill format lock setup setup-test screens

run: setup
	@HEJIE_DEMO=1 HEJIE_PORT=$(PORT) $(VENV)/hejie serve $(if $(LAN),--lan)

setup:
	@deploy/needs.sh run
	@$(stage) python "Python environment: locked libraries, about 300 MB" requirements.lock pyproject.toml deploy/python.sh -- deploy/python.sh requirements.lock
	@$(MAKE) --no-print-directory app

.PHONY: app
app:
	@$(stage) native "Media: the compiled part" $(wildcard signaling/media/native/*.[ch]) deploy/native.sh .venv/pyvenv.cfg -- deploy/native.sh $(shell command -v cc)
	@$(stage) fonts "Fonts: the faces of the printed documents" deploy/fonts $(wildcard /usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf) -- deploy/fonts/install.sh
	@$(stage) node "Browser app: locked libraries" static/package.json static/package-lock.json -- npm ci --prefix static --ignore-scripts --no-audit --no-fund --loglevel=error
	@$(stage) static "Browser app: build" static -- npm run --prefix static --silent build

setup-test:
	@deploy/needs.sh test
	@$(stage) python-test "Python environment with the test tools" requirements-dev.lock pyproject.toml deploy/python.sh -- deploy/python.sh requirements-dev.lock
	@$(MAKE) --no-print-directory app

test: setup-test
	@$(VENV)/python deploy/test.py

screens: setup-test
	@$(VENV)/python -m tests.browser.screens

# Somebody at a court with a file or a print in hand: taps and seconds to the answer, pictures in build/walk.
.PHONY: court-walk
court-walk: setup-test
	@$(VENV)/python -m tests.browser.court_walk

# Every control of the host's room with 2, 4 and 8 people, each by mouse, touch and keyboard; `make test` plays a third.
.PHONY: controls
controls: setup-test
	@$(VENV)/python -m pytest -p no:randomly tests/browser/test_host_controls.py

# axe-core at every stop of the stories, on a phone and on a desktop each; `make test` takes them by turns.
.PHONY: axe
axe: setup-test
	@$(VENV)/python -m pytest -p no:randomly -m whole tests/browser/test_axe.py

# Every sample case to its court packet; each packet and each changed file judged by `hejie verify` and by the page offline.
.PHONY: packets
packets: setup-test
	@$(VENV)/python -m tests.browser.packets

# The checker on labelled clauses, the half its rules were written on and the half set aside: build/checker/table.json.
.PHONY: checker
checker: setup-test
	@$(VENV)/python -m tests.server.agreements.checking.table

# Suggestions for what comes in, on labelled texts, beside the majority of keywords: build/checker/suggesting.json.
.PHONY: suggestions
suggestions: setup-test
	@$(VENV)/python -m tests.server.suggesting.table

# Judges that are not ours on every finished file, at each of its stages; veraPDF and EU DSS come through Maven.
.PHONY: judges attack uploads fuzz fuzz-media
judges: setup-test
	@$(VENV)/python -m tests.judges

# Ten thousand lines of random contract text, ours and reportlab's own: counts what a reader would object to.
.PHONY: lines
lines: setup-test
	@$(VENV)/python -m tests.documents.lines

# `make bench-forward`, `make bench-layout`, `make bench-lists` (100,000 matters in SQLite and PostgreSQL): ratios in one run, figures to build/bench/NAME.json.
bench-%: setup-test
	@$(VENV)/python -m tests.bench.$*

# The first story with everybody behind a firewall that lets only TCP 443 out; `make test` has the meeting alone.
.PHONY: story-turn
story-turn: setup-test
	@$(VENV)/python -m pytest -q -p no:randomly tests/turn/whole_story.py

# Real Chromium on bad networks: `make bench-network ARGS="--case out5 loss10 --runs 20"`; goes on where it was broken off.
.PHONY: bench-network
bench-network: setup-test
	@$(VENV)/python -m tests.bench.network $(ARGS)

# The process killed at every named step of the ceremony and at random moments; a short version is in `make test`.
kill: setup-test
	@$(VENV)/python -m tests.kill.campaign

# Half an hour of one meeting of four in real Chromium: memory, lips and voice, what is left when all have gone.
.PHONY: soak
soak: setup-test
	@$(VENV)/python -m tests.soak

# Every attack on the verdict and every benign twin, beside pdfsig and plain pyHanko; table to build/attack/table.json.
attack: setup-test
	@$(VENV)/python -m tests.attacks

# Uploads made to harm the open door, each with its answer, seconds and memory: build/attack/uploads.json.
uploads: setup-test
	@$(VENV)/python -m tests.hostile.uploads
	@$(VENV)/python -m pytest -q -s -p no:randomly tests/hostile/test_uploads.py -k others

# Both languages' readers on mutants of the golden ceremony: crashes, disagreements; figures to build/fuzz/counts.json.
# Then the page that verifies without a server beside the strict verdict: attacks, twins, mutants.
fuzz: setup-test
	@$(VENV)/python -m tests.attacks.fuzz
	@$(VENV)/python -m tests.attacks.offline

# The media plane's readers, peers and a real plane on spoilt packets and answers; figures to build/fuzz/media.json.
fuzz-media: setup-test
	@$(VENV)/python -m tests.hostile.fuzz

# The compiled part of the media plane under sanitizers: random packets, then its tests; a short version is in `make test`.
.PHONY: fuzz-twin
fuzz-twin: setup-test
	@$(VENV)/python -m tests.signaling.media.twin.fuzz

format: setup-test
	@$(VENV)/ruff format . && $(VENV)/ruff check --fix .

# Writes the lock files anew from pyproject.toml: hashes, no addresses.
lock:
	@python3 -m venv build/lock && build/lock/bin/pip install --quiet pip-tools
	@for extra in "" "--extra dev"; do build/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra build $$extra \
	  --output-file requirements$${extra:+-dev}.lock pyproject.toml; done
