// What decisions take in workerd. Its clock stands still while a request computes, so they are measured by the CPU time of its
// process.

import { readFileSync } from "node:fs";
import { read } from "../../pkg/test/parity/files.mjs";
import { startWorker } from "../../pkg/test/parity/workerd.mjs";

const COUNT = 400_000;
const TICKS_PER_SECOND = 100; // of /proc, on every Linux
const modules = (type, paths) => paths.map((path) => ({ type, path, contents: read(path) }));

/** Microseconds of CPU time a decision takes, the worker's loop over visits included; undefined where there is no /proc. */
export async function microsecondsInWorkerd(name) {
  const out = (names) => names.map((name) => `out/serving/${name}`);
  const before = workers();
  if (!before) return undefined;
  const worker = startWorker([
    ...modules("ESModule", ["benches/serving/worker.mjs", "benches/serving/contenders.mjs", ...out(["web/floor_wasm_mask.mjs"])]),
    ...modules("CompiledWasm", out(["floor.wasm", "skonto_page_bg.wasm"])),
    ...modules("Data", out(["forest.bin", "exact.skonto", "users.f32"])),
  ]);
  try {
    await worker.ready;
    const [process] = workers().filter((pid) => !before.includes(pid));
    const secondsOf = async (count) => {
      const begun = cpuSeconds(process);
      const response = await worker.dispatchFetch(`http://worker.test/${name}/${count}`);
      if (!response.ok) throw new Error(await response.text());
      return cpuSeconds(process) - begun;
    };
    await secondsOf(COUNT / 4);
    // What a request costs whatever it does is in both.
    const [once, twice] = [await secondsOf(COUNT), await secondsOf(2 * COUNT)];
    return ((twice - once) / COUNT) * 1e6;
  } finally {
    await worker.dispose();
  }
}

/** The processes of workerd that this one has started; undefined where that cannot be told. */
function workers() {
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ").filter(Boolean);
    return children.filter((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "workerd");
  } catch {
    return undefined;
  }
}

// After the name of the program, which may hold blanks, fields 12 and 13 are ticks in its own code and in the system's.
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
