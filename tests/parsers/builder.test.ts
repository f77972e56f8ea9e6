import type { FunctionFacts, ValueId } from "../../src/model/facts.js";
import { FunctionBuilder, successors } from "../../src/parsers/builder.js";

const AT = [0, 1] as const;
type Graph = Pick<FunctionFacts, "blocks" | "loops" | "values">;

/** Emits a call-like instruction that a test can find again by its name. */
function step(builder: FunctionBuilder, name: string): ValueId {
  return builder.value({ op: "load", place: { kind: "global", name } }, AT);
}

/** The names of the steps along every path from the entry, exceptions left out; a loop is gone through once. */
function paths(graph: Graph): string[] {
  const found: string[] = [];
  const go = (id: number, seen: readonly number[], names: readonly string[]): void => {
    const block = graph.blocks[id];
    if (block === undefined || seen.includes(id)) {
      found.push([...names, "…"].join(" "));
      return;
    }
    const here = block.instructions.map((item) => (item.op === "load" && item.place.kind === "global" ? item.place.name : item.op));
    const next = successors(block.end);
    if (next.length === 0) found.push([...names, ...here, block.end.kind].join(" "));
    for (const to of next) go(to, [...seen, id], [...names, ...here]);
  };
  go(0, [], []);
  return found;
}

test("a finaliser runs on falling through, on return and before an exception goes on", () => {
  const builder = new FunctionBuilder();
  builder.tryStatement({
    at: AT,
    body: () => { builder.if({ kind: "unknown" }, AT, () => { builder.return(step(builder, "early"), AT); }); step(builder, "late"); },
    finalizer: () => { step(builder, "cleanup"); },
  });
  step(builder, "after");
  const graph = builder.finish(AT);

  expect(paths(graph)).toEqual(["early cleanup return", "late cleanup after return"]);
  const protectedBlock = graph.blocks.find((block) => block.instructions.some((item) => item.op === "load" && item.place.kind === "global" && item.place.name === "late"));
  const landing = graph.blocks[protectedBlock?.handler ?? -1];
  expect(landing?.end).toEqual({ kind: "rethrow", to: null, at: AT });
  expect(landing?.instructions).toHaveLength(1);
});

test("a return through two finalisers runs the inner one first, and the inner one is protected by the outer", () => {
  const builder = new FunctionBuilder();
  builder.tryStatement({
    at: AT,
    body: () => {
      builder.tryStatement({ at: AT, body: () => { builder.return(null, AT); }, finalizer: () => { step(builder, "inner"); } });
    },
    finalizer: () => { step(builder, "outer"); },
  });
  const graph = builder.finish(AT);
  expect(paths(graph)).toContain("inner outer return");
  const inner = graph.blocks.find((block) => block.instructions.some((item) => item.op === "load" && item.place.kind === "global" && item.place.name === "inner"));
  expect(graph.blocks[inner?.handler ?? -1]?.instructions[0]).toMatchObject({ place: { name: "outer" } });
});

test("break leaves a loop through the finalisers inside it only", () => {
  const builder = new FunctionBuilder();
  builder.tryStatement({
    at: AT,
    body: () => {
      builder.loopStatement({
        kind: "while", at: AT, endless: true, head: (body) => { builder.jump(body); },
        body: () => { builder.tryStatement({ at: AT, body: () => { step(builder, "work"); builder.break(null); }, finalizer: () => { step(builder, "inner"); } }); },
      });
      step(builder, "after-loop");
    },
    finalizer: () => { step(builder, "outer"); },
  });
  expect(paths(builder.finish(AT))).toEqual(["work inner after-loop outer return"]);
});

test("the clean-up of a return inside a loop is not part of the loop if the protected region is around the loop", () => {
  const builder = new FunctionBuilder();
  builder.tryStatement({
    at: AT,
    body: () => {
      builder.loopStatement({
        kind: "while", at: AT, head: (body, exit) => { builder.branch({ kind: "unknown" }, body, exit, AT); },
        body: () => { builder.return(step(builder, "found"), AT); },
      });
    },
    finalizer: () => { step(builder, "cleanup"); },
  });
  const graph = builder.finish(AT);
  const copies = graph.blocks.filter((block) => block.instructions.some((item) => item.op === "load" && item.place.kind === "global" && item.place.name === "cleanup"));
  expect(copies).toHaveLength(3);
  expect(copies.map((block) => block.loop)).toEqual([null, null, null]);
});

test("continue goes to the step of the loop it names, also from an inner loop", () => {
  const builder = new FunctionBuilder();
  builder.loopStatement({
    kind: "for", at: AT, label: "outer", head: (body, exit) => { builder.branch({ kind: "unknown" }, body, exit, AT); }, step: () => { step(builder, "step"); },
    body: () => {
      builder.loopStatement({
        kind: "for", at: AT, head: (body, exit) => { builder.branch({ kind: "unknown" }, body, exit, AT); },
        body: () => { builder.continue("outer"); },
      });
      step(builder, "rest");
    },
  });
  expect(paths(builder.finish(AT))).toEqual(["step …", "rest step …", "return"]);
});

test("an exception goes to the clauses of its try, and one in a clause to the finaliser", () => {
  const builder = new FunctionBuilder();
  builder.tryStatement({
    at: AT,
    body: () => { step(builder, "risky"); },
    catches: [{ types: ["OSError"], body: () => { step(builder, "handle"); } }, { types: null, body: () => { builder.raise(null, AT); } }],
    orElse: () => { step(builder, "else"); },
    finalizer: () => { step(builder, "cleanup"); },
  });
  const graph = builder.finish(AT);
  const risky = graph.blocks.find((block) => block.instructions.some((item) => item.op === "load" && item.place.kind === "global" && item.place.name === "risky"));
  const landing = graph.blocks[risky?.handler ?? -1];
  expect(landing?.end).toMatchObject({ kind: "catch", clauses: [{ types: ["OSError"] }, { types: null }] });
  const cleanup = landing?.handler ?? -1;
  expect(graph.blocks[cleanup]?.end.kind).toBe("rethrow");
  // The raise in the second clause is cleaned up after by way of its block's handler.
  const raising = graph.blocks.find((block) => block.end.kind === "raise");
  expect(raising?.handler).toBe(cleanup);
  expect(paths(graph)).toContain("risky else cleanup return");
});

test("code after a jump is dropped with all that it would have led to", () => {
  const builder = new FunctionBuilder();
  builder.return(null, AT);
  builder.if({ kind: "unknown" }, AT, () => { step(builder, "dead"); });
  step(builder, "dead too");
  const graph = builder.finish(AT);
  expect(graph.blocks).toEqual([{ instructions: [], end: { kind: "return", value: null, at: AT }, handler: null, loop: null }]);
});

test("a hundred returns in one protected region each get the clean-up", () => {
  const builder = new FunctionBuilder();
  builder.tryStatement({
    at: AT,
    body: () => { for (let count = 0; count < 100; count++) builder.if({ kind: "unknown" }, AT, () => { builder.return(null, AT); }); },
    finalizer: () => { step(builder, "cleanup"); },
  });
  const graph = builder.finish(AT);
  expect(builder.simplified).toBe(false);
  expect(graph.blocks.filter((block) => block.end.kind === "return" && block.instructions.length === 1)).toHaveLength(100);
});

test("finalisers in finalisers stop being copied before the graph explodes", () => {
  const builder = new FunctionBuilder();
  const nest = (depth: number): void => {
    if (depth === 0) step(builder, "core");
    else builder.tryStatement({ at: AT, body: () => { step(builder, "body"); }, finalizer: () => { nest(depth - 1); } });
  };
  nest(40);
  expect(builder.finish(AT).blocks.length).toBeLessThan(100_000);
  expect(builder.simplified).toBe(true);
});
