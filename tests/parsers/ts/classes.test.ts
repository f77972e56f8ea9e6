/** Classes of every kind: declared, of prototypes, of object literals. */
import { body, classNamed, factsOf, functionNamed } from "./lowered.js";

const methods = (text: string, name: string): unknown => classNamed(factsOf(text, "a.ts"), name).methods
  .map(({ name: method, kind, static: isStatic }) => `${isStatic ? "static " : ""}${kind} ${method}`);

test("members of a class: methods, accessors, symbols, private and computed names", () => {
  expect(methods("class A { constructor() {} get v() { return 1 } set v(x) {} static s() {} #p() {} [Symbol.dispose]() {} async [Symbol.asyncDispose]() {} [k]() {} 'lit'() {} over(): void; over(x?: any) {} abstract q(): void; }", "A"))
    .toEqual(["constructor constructor", "getter v", "setter v", "static method s", "method #p", "method @@dispose", "method @@asyncDispose", "method @@computed", "method lit", "method over"]);
});

test("instance fields run in the initialiser, static ones and static blocks in the class body", () => {
  const text = "class A { #t = setInterval(f); g = () => this.#t; static n = 0; static { this.m = 1; } }";
  expect(body(text, "A")).toEqual([
    "@0", "  %0 = load global setInterval", "  %1 = load global f", "  %2 = call %0(%1) path setInterval", "  %3 = load this", "  store %3.#t = %2",
    "  %4 = closure f3", "  %5 = load this", "  store %5.g = %4", "  return -",
  ]);
  const facts = factsOf(text);
  expect(facts.functions.map(({ kind }) => kind)).toEqual(["module", "initializer", "class-body", "lambda"]);
  expect(facts.classes[0]).toMatchObject({ initializer: 1, body: 2, fields: [{ name: "#t", static: false }, { name: "g" }, { name: "n", static: true }] });
  expect(facts.functions[2]?.blocks[0]?.instructions).toMatchObject([
    { op: "constant" }, { op: "store", place: { kind: "static", class: 0, name: "n" } }, { op: "load", place: { kind: "class" } }, { op: "constant" },
    { op: "store", place: { kind: "field", name: "m" } },
  ]);
});

test("this in a static method is the class, in an arrow that of its holder", () => {
  const facts = factsOf("class A { static s() { return () => this; } m() { return () => this; } }");
  expect(facts.functions.filter((fn) => fn.kind === "lambda").map((fn) => [fn.class, fn.static, fn.blocks[0]?.instructions[0]])).toMatchObject([
    [0, true, { place: { kind: "class" } }], [0, false, { place: { kind: "this" } }],
  ]);
});

test("parameter properties are fields that the constructor stores", () => {
  const text = "class A extends B { constructor(private pool: Pool, readonly n = 1) { super(n); super.go(); } }";
  expect(classNamed(factsOf(text), "A").fields).toMatchObject([{ name: "pool", type: { name: "Pool" }, readonly: false }, { name: "n", readonly: true }]);
  expect(body(text, "constructor").filter((line) => /store|super/u.test(line))).toEqual([
    "  store %0.pool = %1", "  store n = %3", "  store %4.n = %5", "  %6 = load super", "  %9 = load super",
  ]);
});

test("bases and interfaces are bindings and paths; a computed base is neither", () => {
  const facts = factsOf("import { EventEmitter } from \"events\"; class A extends EventEmitter implements X.Disposable {} class B extends A {} class C extends mixin(A) {} class D extends React.Component {}");
  expect(facts.classes.map(({ bases, interfaces }) => [bases[0]?.path, typeof bases[0]?.binding, interfaces[0]?.path])).toEqual([
    ["events.EventEmitter", "number", "X.Disposable"], [null, "number", undefined], [null, "object", undefined], ["React.Component", "object", undefined],
  ]);
  expect(body("class C extends mixin(A) {}")).toContain("  %2 = call %0(%1) path mixin");
});

test("decorators keep their path, text and literal arguments", () => {
  const facts = factsOf("import { Injectable } from \"@angular/core\"; @Injectable({ providedIn: \"root\", x: f }) class A { @app.get(\"/a\", []) m() {} @bare n() {} }");
  expect(facts.classes[0]?.decorators).toMatchObject([{
    path: "@angular/core.Injectable", text: "Injectable", called: true,
    args: [{ name: "providedIn", value: { kind: "string", value: "root" } }, { name: "x", value: { kind: "other" } }],
  }]);
  expect(functionNamed(facts, "m").decorators).toMatchObject([{ path: "app.get", root: null, args: [{ name: null, value: { value: "/a" } }, { name: null, value: { kind: "empty-collection" } }] }]);
  expect(functionNamed(facts, "n").decorators).toMatchObject([{ text: "bare", called: false }]);
});

test("an enum is a class with a closed set of static members", () => {
  const facts = factsOf("enum Kind { A, B = \"b\" } declare enum Other { C }");
  expect(facts.classes).toMatchObject([{ name: "Kind", bases: [{ path: "enum.Enum" }], fields: [{ name: "A", static: true, readonly: true }, { name: "B" }] }]);
  expect(facts.bindings[0]).toMatchObject({ name: "Kind", kind: "class", class: 0 });
});

test("a namespace runs its body in place and keeps what it exports", () => {
  expect(body("namespace N { export const q = 1; const r = 2; }").slice(1)).toEqual([
    "  %0 = mapping []", "  store N = %0 declares", "  %1 = constant 1", "  store q = %1 declares", "  %2 = constant 2", "  store r = %2 declares",
    "  %3 = load q", "  store %0.q = %3", "  return -",
  ]);
});

const PROTOTYPE = "function Timer() { this.t = null } util.inherits(Timer, EventEmitter);"
  + "Timer.prototype.start = function start() { this.t = setInterval(f); }; Timer.prototype.stop = Timer.prototype.end = function () {};"
  + "Timer.make = function () { return new this(); }; Timer.prototype.late = late; function late() { this.q; }";

test("a function with methods on its prototype is a class with it as constructor", () => {
  expect(methods(PROTOTYPE, "Timer")).toEqual(["constructor constructor", "method late", "method start", "method stop", "static method make"]);
  const facts = factsOf(PROTOTYPE);
  const timer = classNamed(facts, "Timer");
  expect(timer.bases).toMatchObject([{ path: "EventEmitter", binding: null }]);
  expect(facts.bindings[timer.binding ?? -1]).toMatchObject({ name: "Timer", kind: "class", class: 0 });
  expect(facts.functions.filter((fn) => fn.class === 0).map((fn) => fn.name)).toEqual(["Timer", "late", "start", "stop", "make"]);
  expect(body(PROTOTYPE)[1]).toBe("  %0 = class c0");
});

test.each([
  ["Foo.prototype = { m() { this.x } }", "method m"],
  ["Foo.prototype = Object.create(Bar.prototype); Foo.prototype.m = function () {}", "method m"],
  ["Object.assign(Foo.prototype, { m: function () {} })", "method m"],
  ["var proto = Foo.prototype; proto.m = function () {}", "method m"],
  ["Object.defineProperty(Foo.prototype, 'm', { get: function () { return 1 } })", "getter m"],
  ["Foo.prototype.__proto__ = Bar.prototype; Foo.prototype.m = function () {}", "method m"],
])("the prototype is filled by %s", (code, method) => {
  expect(methods(`function Foo() {} ${code};`, "Foo")).toEqual(["constructor constructor", method]);
});

test("bases of prototype classes by __proto__, Object.create, setPrototypeOf, new and inherits", () => {
  const code = ["Foo.prototype.__proto__ = Bar.prototype", "Foo.prototype = Object.create(Bar.prototype)", "Object.setPrototypeOf(Foo.prototype, Bar.prototype)", "Foo.prototype = new Bar()", "inherits(Foo, Bar)", "__extends(Foo, Bar)"];
  expect(code.map((line) => classNamed(factsOf(`function Foo() {} ${line};`), "Foo").bases[0]?.path)).toEqual(code.map(() => "Bar"));
});

test("a function without prototype stays a function", () => {
  expect(factsOf("function Foo() { this.x = 1 } x.prototype.y = function () {};").classes).toEqual([]);
});

test("self stands for this in nested functions, whose own this is another", () => {
  const text = "class A { m() { const self = this; on(function named() { self.x = this.y; inner(() => self.z); }); } }";
  expect(body(text, "named").slice(1, 5)).toEqual(["  %0 = load this", "  %1 = load global this", "  %2 = load %1.y", "  store %0.x = %2"]);
  expect(functionNamed(factsOf(text), "named").class).toBe(0);
  expect(body("class A { m() { let that; that = this; function g() { return that } } }", "g")).toEqual(["@0", "  %0 = load this", "  return %0"]);
});

test("a variable that is more than this is no alias", () => {
  expect(body("class A { m() { let self = this; self = other; function g() { return self } } }", "g")).toContain("  %0 = load self^f1");
  expect(body("class A { m() { const { x } = this; function g() { return x } } }", "g")).toContain("  %0 = load x^f1");
});

test("an object literal whose methods use this is a class of one instance", () => {
  const facts = factsOf("const poller = { start() { this.t = f() }, stop: function () {}, get on() { return 1 }, arrow: () => 2 };");
  expect(facts.classes).toMatchObject([{ name: "poller", methods: [{ name: "start" }, { name: "stop" }, { name: "on", kind: "getter" }] }]);
  expect(facts.bindings[0]).toMatchObject({ name: "poller", kind: "variable", class: 0, type: { kind: "named", name: "poller", binding: 0 } });
  expect(factsOf("const plain = { a() { return 1 } };").classes).toEqual([]);
  expect(factsOf("const plain = { a() { return function () { return this } } };").classes).toEqual([]);
});

test("module.exports = { … } with this is a class named after the file", () => {
  const facts = factsOf("module.exports = { start() { this.t = 1 }, stop() {} };", "lib/poller.js");
  expect(facts.classes).toMatchObject([{ name: "poller", exported: true, methods: [{ name: "start" }, { name: "stop" }] }]);
});

test.each([
  ["export default { data() { return { n: 1, q: null } }, mounted() { this.n }, methods: { go() {} }, watch: { n: { handler() {} }, q() {} }, computed: { c: { get() { return this.n } } } };", "poll"],
  ["const Comp = defineComponent({ data: () => ({ n: 1, q: null }), mounted() {}, methods: { go() { this.n } }, watch: { n: { handler() {} }, q() {} }, computed: { c: { get() {} } } });", "Comp"],
])("the options of a Vue component are one class: %s", (text, name) => {
  const facts = factsOf(text, "views/poll.js");
  const component = facts.classes[0];
  expect(facts.classes).toHaveLength(1);
  expect(component).toMatchObject({ bases: [{ path: "vue.Component" }], fields: [{ name: "n" }, { name: "q" }] });
  expect([name, "poll"]).toContain(component?.name);
  expect(component?.methods.map((method) => method.name)).toEqual(expect.arrayContaining(["mounted", "go", "handler", "q", "get"]));
});

test("overloads, declarations and abstract members leave no functions", () => {
  const facts = factsOf("declare class A { m(): void } declare function f(): void; declare const x: number; function g(): void; function g(y?: any) {} interface I { z(): void }", "a.ts");
  expect(facts.functions.map((fn) => fn.name)).toEqual(["", "g"]);
});

test("interfaces and names of object types, with what they hand on as types", () => {
  const facts = factsOf(`
    import type { Base } from "./base";
    export interface Store<T> extends Base { open(): T; onDone: () => void; size: number; get full(): boolean; note?(): void }
    interface Store<T> { close(): void }
    type Feed = Base & { next(): void };
    type Key = "a" | "b";
    class Disk implements Store<string> {}
    export type { Feed as Stream, Base };
    export type * from "./more";
  `);
  expect(facts.interfaces.map(({ name, members, bases }) => `${name}(${bases.map((base) => (base.kind === "named" ? base.name : base.kind)).join()}): ${members.map((one) => one.name + (one.method ? "()" : "")).join(" ")}`)).toEqual([
    "Store(./base.Base): open() onDone() size full close()", "Feed(./base.Base): next()",
  ]);
  expect(facts.classes[0]?.interfaces[0]).toMatchObject({ name: "Store", binding: null, path: null });
  expect(facts.typeExports).toEqual([
    { name: "Store", local: "Store", from: null }, { name: "Stream", local: "Feed", from: null }, { name: "Base", local: "Base", from: null },
    { name: "*", local: null, from: { module: "./more", name: "*" } },
  ]);
});
