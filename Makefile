# The doors to this repository. Each target calls one script; the scripts hold the reasons.
.PHONY: help setup demo test test-sql bench behaviour positioning campaign uplift bandit budget clean

help:
	@echo 'make setup            get tools, packages and data (once; what exists is kept)'
	@echo 'make demo             train, compile and open the demo shop; CHECK=1 runs it without staying'
	@echo 'make test             every suite, native, wasm, package, worker and browser'
	@echo 'make behaviour        who buys: learn, report, decide in Node; also positioning and campaign'
	@echo 'make uplift           whom an offer changes: learn from an experiment, judge, decide in Node'
	@echo 'make bandit           learn which offer to make from logs of decisions, simulated and real; decide in Node'
	@echo 'make budget           what money buys: a price for each budget, judged, packed, decided in Node'
	@echo 'make test-sql         the query engine in sql/; compiles about ten minutes the first time'
	@echo 'make bench            measure; ONLY=name measures one thing'
	@echo 'make clean            remove everything built (tools and data stay in the cache)'

setup:
	@tools/setup all

demo: setup
	@tools/demo $(if $(CHECK),--check)

test: setup
	@.ci/test

test-sql:
	cargo test --package skonto-sql --target-dir target/sql

bench:
	@tools/bench $(ONLY)

# The cases: learn, report, decide in Node.
behaviour positioning campaign uplift bandit budget: setup
	@tools/example $@

clean:
	rm -rf target out pkg/dist pkg/wasm www/dist
