import { Fixpoint } from "../../src/engine/program/fixpoint.js";

/** The largest of a node's own number and those of everything it leads to, asked in the given order. */
function largest(graph: Record<string, { own: number; calls: string[] }>, order: readonly string[]): { answers: Record<string, number>; computed: number } {
  const fixpoint = new Fixpoint(0);
  let computed = 0;
  const ask = (node: string): number => fixpoint.solve(node, () => {
    computed++;
    const { own, calls } = graph[node] ?? { own: 0, calls: [] };
    return Math.max(own, ...calls.map(ask));
  });
  return { answers: Object.fromEntries(order.map((node) => [node, ask(node)])), computed };
}

const GROUPS = {
  a: { own: 1, calls: ["b"] },
  b: { own: 2, calls: ["c", "a"] },
  c: { own: 3, calls: ["b", "d"] },
  d: { own: 4, calls: ["e"] },
  e: { own: 0, calls: ["d", "e", "f"] },
  f: { own: 2, calls: [] },
};

test.each([["a", "b", "c", "d", "e", "f"], ["f", "e", "d", "c", "b", "a"], ["c", "e", "a", "f", "b", "d"]])(
  "functions that call each other get the answer of their group, whichever is asked first (%s first)",
  (...order) => {
    expect(largest(GROUPS, order).answers).toEqual({ a: 4, b: 4, c: 4, d: 4, e: 4, f: 2 });
  },
);

test("a final answer is computed once", () => {
  const { answers, computed } = largest({ a: { own: 1, calls: ["b", "b", "b"] }, b: { own: 2, calls: [] } }, ["a", "a", "b"]);
  expect([answers, computed]).toEqual([{ a: 2, b: 2 }, 2]);
});

test("a large group costs rounds, not paths", () => {
  const size = 60;
  const graph = Object.fromEntries(Array.from({ length: size }, (_, index) => [
    String(index), { own: index, calls: [1, 2, 3].map((step) => String((index + step) % size)) },
  ]));
  const { answers, computed } = largest(graph, ["0"]);
  expect(answers["0"]).toBe(size - 1);
  expect(computed).toBeLessThan(size * 10);
});

test("a question whose answer would rise and fall in turn ends with the higher one", () => {
  const fixpoint = new Fixpoint(0, Math.max);
  const ask = (): number => fixpoint.solve("a", () => (ask() === 0 ? 1 : 0));
  expect(ask()).toBe(1);
});
