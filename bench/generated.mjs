#!/usr/bin/env node
// How time grows in files that a program wrote: parsers in which hundreds of statements store a few variables in one
// another, long chains of conditions, and tables of thousands of entries. No person writes such files, many check them in.
//
//   node bench/generated.mjs [--sizes 25,50,100,200] [--cli dist/cli.js] [--against OTHER/dist/cli.js]
//
// A size is the number of rules of the parser. Each line gives seconds for each build; what grows faster than its size
// stands out as a factor above the sizes' own.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measure } from "./lib/measure.mjs";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "25,50,100,200" },
    cli: { type: "string", default: join(dirname(fileURLToPath(import.meta.url)), "..", "dist", "cli.js") },
    against: { type: "string" },
  },
});

/** Variables of one rule: each step of a sequence puts its own in the next one's place when it fails. */
const DEPTH = 12;

const KINDS = {
  "parser.js": jsParser,
  "one-function.js": jsOneFunction,
  "parser.py": pyParser,
  "one-function.py": pyOneFunction,
  "fields.js": jsFields,
  "calls.py": pyCalls,
  "registrations.js": jsRegistrations,
  "opened.py": pyOpened,
  "table.js": (size) => `export const TABLE = {\n${repeat(size * 40, (at) => `  "key-${at}": [${at}, { name: "n${at}", of: "key-${at ? at - 1 : 0}" }],`)}\n};\n`,
};

const builds = [values.cli, ...(values.against === undefined ? [] : [values.against])].map((path) => resolve(path));
console.log(["file", "size", "lines", ...builds.flatMap((_, index) => [`seconds ${index + 1}`, "factor"])].join("\t"));
for (const [name, make] of Object.entries(KINDS)) {
  const before = builds.map(() => null);
  for (const size of values.sizes.split(",").map(Number)) {
    const root = mkdtempSync(join(tmpdir(), "leak-lint-generated-"));
    try {
      const text = make(size);
      writeFileSync(join(root, name), text);
      const cells = builds.flatMap((build, index) => {
        const { seconds } = measure(build, root);
        const factor = before[index] === null ? "-" : (seconds / before[index]).toFixed(1);
        before[index] = seconds;
        return [seconds.toFixed(1), factor];
      });
      console.log([name, size, text.split("\n").length, ...cells].join("\t"));
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
}

function repeat(count, line) {
  return Array.from({ length: count }, (_, at) => line(at)).join("\n");
}

/** A rule: a sequence of steps, each tried where the one before succeeded. */
function jsRule(at, count) {
  const names = Array.from({ length: DEPTH }, (_, step) => `s${step}`);
  const steps = (step) => (step >= DEPTH ? "s0 = build(s1, s2, s3);" : `s${step} = rule${(at * 7 + step) % count}();
    if (s${step} === FAILED) { s${step} = null; s${step - 1} = s${step}; }
    if (s${step} !== FAILED) { s${step - 1} = s${step}; ${steps(step + 1)} } else { position = s0; s0 = FAILED; s${step} = s${step - 1}; }`);
  return `function rule${at}() {
  let ${names.join(", ")};
  s0 = position;
  ${steps(1)}
  return s0;
}`;
}

function jsParser(size) {
  return `let position = 0;
const FAILED = {};
function build(...parts) { return parts; }
${repeat(size, (at) => jsRule(at, size))}
export function parse() { return rule0(); }
`;
}

/** A few variables all through one function, in which nothing is stored but each other: what a generator makes of a state machine. */
function jsOneFunction(size) {
  const name = (at) => `v${at % DEPTH}`;
  return `export function run(next) {
  let ${Array.from({ length: DEPTH }, (_, at) => `v${at} = null`).join(", ")};
${repeat(size * 10, (at) => `  if (${name(at)} === ${name(at * 5 + 1)}) { ${name(at * 7 + 3)} = ${name(at)}; ${name(at)} = ${name(at * 5 + 2)}; } else { ${name(at + 5)} = ${name(at * 3 + 1)}; }`)}
  next(v1);
  v0.close();
  return v2;
}
`;
}

function pyOneFunction(size) {
  const name = (at) => `v${at % DEPTH}`;
  return `def run(next):
    ${Array.from({ length: DEPTH }, (_, at) => `v${at}`).join(" = ")} = None
${repeat(size * 10, (at) => `    if ${name(at)} is ${name(at * 5 + 1)}:
        ${name(at * 7 + 3)} = ${name(at)}
    else:
        ${name(at + 5)} = ${name(at * 3 + 1)}`)}
    next(v1)
    v0.close()
    return v2
`;
}

/** Methods that store an object's fields in one another, call each other and end what is in them. */
function jsFields(size) {
  const field = (at) => `f${at % DEPTH}`;
  return `import { open } from "./somewhere.js";
export class Machine {
  constructor(given) { ${Array.from({ length: DEPTH }, (_, at) => `this.f${at} = given.f${at};`).join(" ")} this.f0 = open(); }
${repeat(size * 4, (at) => `  step${at}(value) {
    if (this.${field(at)} === value) { this.${field(at * 5 + 1)} = this.${field(at)}; this.step${(at * 7 + 1) % (size * 4)}(this.${field(at + 2)}); }
    this.${field(at * 3)} = value;
  }`)}
  close() { ${Array.from({ length: DEPTH }, (_, at) => `this.f${at}.close();`).join(" ")} }
}
`;
}

/** Functions in rings that hand on what one of them opens. */
function pyCalls(size) {
  const count = size * 5;
  return `${repeat(count, (at) => `

def work_${at}(handle, path):
    if handle is None:
        handle = open(path)
    other = work_${(at * 7 + 1) % count}(handle, path)
    work_${(at + 1) % count}(other, path)
    return handle if path else other`)}
`;
}

/** One function that listens, waits and starts timers over and over. */
function jsRegistrations(size) {
  return `export function wire(hub, work) {
  const timers = [];
${repeat(size * 4, (at) => `  hub.on("event-${at}", (value) => { work(value, ${at}); });
  const timer${at} = setInterval(() => { if (work(${at})) clearInterval(timer${at}); }, ${at});
  timers.push(timer${at});`)}
  return () => { for (const timer of timers) clearInterval(timer); };
}
`;
}

/** One function with hundreds of handles, some of them closed. */
function pyOpened(size) {
  return `def read(paths, use):
${repeat(size * 4, (at) => `    file_${at} = open(paths[${at}])
    use(file_${at}.read())${at % 3 === 0 ? "" : `
    file_${at}.close()`}`)}
`;
}

function pyParser(size) {
  return `FAILED = object()


class Parser:
    def __init__(self, text):
        self.text = text
        self.at = 0

${repeat(size, (at) => `    def rule_${at}(self):
        start = self.at
        a = b = c = d = None
${repeat(DEPTH, (step) => `        a = self.rule_${(at * 7 + step + 1) % size}()
        if a is FAILED:
            b, c = c, b
            d = b
        else:
            c = a
            a = d
            d = c`)}
        if d is FAILED:
            self.at = start
        return d
`)}
`;
}
